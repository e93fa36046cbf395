/*
 * The slots of a queue, with a crash at any step: dev.backplane.shm.QueueRing, QueueRepair and QueueGate.
 *
 * Each step is one access to shared memory of the Java code. Producers put one element each, consumers take until all is
 * there that can come. A process may crash between any two steps; a sweeper then undoes its claims, in steps, and may
 * crash itself, upon which the next sweep starts over.
 *
 * Abstracted:
 *   the payload     the number of the element, stored between claim and publication
 *   laps            counted without end: what is compared modulo 2^31 in Java
 *   waiting         consumers and producers try again until they succeed; no gate
 *
 * Properties:
 *   whole           who takes an element finds the number that its producer stored
 *   never doubled   no element is taken twice
 *   never lost      when all have ended, an element that was published and not taken stands where a taker finds it: at head,
 *                   or before it with the mark `returned` raised
 *   order           a consumer that takes in turn, not a returned element, takes positions that ascend
 *
 * check: -DCRASHES=0
 * check: -DCRASHES=1
 * check: -DCRASHES=1 -DCAPACITY=1
 * check: -DCRASHES=2 -DCAPACITY=1
 * check: -DCRASHES=1 -DPRODUCERS=1 -DCONSUMERS=3
 * broken: -DBROKEN_NO_LOOK_AFTER_PASSING -DCRASHES=1 -DPRODUCERS=1 -DCONSUMERS=3
 * broken: -DBROKEN_NO_RETURNED -DCRASHES=1
 * broken: -DBROKEN_CLEAR_BLINDLY -DCRASHES=1
 * broken: -DBROKEN_COUNT_SET_BACK -DCRASHES=2 -DCAPACITY=1
 */
#ifndef CAPACITY
#define CAPACITY 2
#endif
#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef PRODUCERS
#define PRODUCERS 2
#endif
#ifndef CONSUMERS
#define CONSUMERS 2
#endif
#define PROCESSES (PRODUCERS + CONSUMERS)

mtype = { FREE, WRITING, FULL, READING };

/* The slots. */
mtype phase[CAPACITY];
byte lap[CAPACITY];
byte claimant[CAPACITY];
byte payload[CAPACITY];

byte head = 0;
byte tail = 0;
bool returned = false; /* the mark is raised */
byte raises = 0; /* how often it was */

/* Who is there. */
bool dead[PROCESSES];
bool swept[PROCESSES];
byte crashes = 0;
byte consumersGone = 0; /* ended or dead */
byte producersDone = 0; /* ended or swept */
byte done = 0; /* of all: ended or swept */

/* What the properties speak of. */
bool published[PROCESSES]; /* by producer, whose element has its number */
byte takenBy[PROCESSES]; /* how often the element was taken */

#ifdef BROKEN_COUNT_SET_BACK
#define forget raises = 0
#else
#define forget skip
#endif
#define indexOf(position) ((position) % CAPACITY)
#define lapOf(position) ((position) / CAPACITY)

/* Ends the process here, once or not. */
#define mayCrash if :: crashes < CRASHES -> atomic { crashes++; dead[me] = true; consumersGone = consumersGone + (me >= PRODUCERS -> 1 : 0); goto end } :: true fi

proctype Producer(byte me) {
    byte t; byte i;
again:
    mayCrash;
    t = tail;
    i = indexOf(t);
    if
    :: atomic { phase[i] == FREE && lap[i] == lapOf(t) -> phase[i] = WRITING; claimant[i] = me }
    :: atomic { lap[i] > lapOf(t) || (lap[i] == lapOf(t) && phase[i] != FREE) -> if :: tail == t -> tail++ :: else fi }; goto again
    :: lap[i] < lapOf(t) ->
        /* Full: wait until that changes, or nobody takes any more. */
        if
        :: tail != t || lap[i] >= lapOf(t) -> goto again
        :: consumersGone == CONSUMERS && lap[i] < lapOf(t) -> goto leave
        fi
    fi;
    mayCrash;
    atomic { if :: tail == t -> tail++ :: else fi };
    mayCrash;
    payload[i] = me;
    mayCrash;
    atomic { assert(phase[i] == WRITING && claimant[i] == me); phase[i] = FULL; published[me] = true };
leave:
    atomic { producersDone++; done++ };
end:
    skip
}

proctype Consumer(byte me) {
    byte h; byte i; byte seen; byte j; byte from; byte last = 0; bool inTurn; byte took = 0;
again:
    mayCrash;
    if
    :: returned ->
        atomic { seen = raises };
        h = head;
        j = 0;
        do
        :: j < CAPACITY ->
            if
            :: atomic { phase[j] == FULL && lap[j] * CAPACITY + j < h -> phase[j] = READING; claimant[j] = me }; i = j; inTurn = false; goto claimed
            :: phase[j] != FULL || lap[j] * CAPACITY + j >= h -> j++
            fi
        :: else -> break
        od;
#ifdef BROKEN_CLEAR_BLINDLY
        returned = false
#else
        atomic { if :: raises == seen -> returned = false; forget :: else fi }
#endif
    :: !returned
    fi;
look:
    h = head;
    i = indexOf(h);
    if
    :: atomic { phase[i] == FULL && lap[i] == lapOf(h) -> phase[i] = READING; claimant[i] = me };
        inTurn = true;
        mayCrash;
        atomic { if :: head == h -> head++ :: else fi };
        goto claimed
    :: lap[i] > lapOf(h) || (lap[i] == lapOf(h) && phase[i] == READING) ->
        atomic { if :: head == h -> head++ :: else fi };
        mayCrash;
#ifndef BROKEN_NO_LOOK_AFTER_PASSING
        atomic { if :: phase[i] == FULL && lap[i] == lapOf(h) -> returned = true; raises++ :: else fi };
#endif
        goto look
    :: lap[i] < lapOf(h) || (lap[i] == lapOf(h) && (phase[i] == FREE || phase[i] == WRITING)) ->
        /* Empty: wait until that changes, or nothing more can come. */
        if
        :: returned || head != h || (lap[i] >= lapOf(h) && phase[i] != FREE && phase[i] != WRITING) || lap[i] > lapOf(h) -> goto again
        :: producersDone == PRODUCERS && lap[i] <= lapOf(h) && phase[i] == FREE && !returned -> goto leave
        fi
    fi;
claimed:
    mayCrash;
    from = payload[i];
    atomic {
        assert(phase[i] == READING && claimant[i] == me);
        assert(from < PRODUCERS && published[from]);
        takenBy[from]++;
        assert(takenBy[from] == 1);
        assert(!inTurn || last <= lap[i] * CAPACITY + i);
        if :: inTurn -> last = lap[i] * CAPACITY + i :: else fi;
        phase[i] = FREE;
        lap[i] = lap[i] + 1
    };
    took++;
    if :: took < PRODUCERS -> goto again :: else fi;
leave:
    atomic { consumersGone++; done++ };
end:
    skip
}

/* Sweeps everybody who has died; what dies in the middle of it is done over. */
proctype Sweeper() {
    byte who; byte i; bool over;
start:
    if
    :: dead[0] && !swept[0] -> who = 0; goto sweep
    :: dead[1] && !swept[1] -> who = 1; goto sweep
    :: dead[2] && !swept[2] -> who = 2; goto sweep
#if PROCESSES > 3
    :: dead[3] && !swept[3] -> who = 3; goto sweep
#endif
    :: done == PROCESSES
    fi;
    /* All have ended: what was published and not taken can be found. */
    atomic {
        i = 0;
        do
        :: i < CAPACITY ->
            assert(phase[i] == FREE || phase[i] == FULL);
            assert(phase[i] != FULL || lap[i] * CAPACITY + i >= head || returned);
            i++
        :: else -> break
        od
    };
    goto end;
sweep:
    over = false;
    i = 0;
    do
    :: i < CAPACITY ->
        atomic {
            if
            :: phase[i] == WRITING && claimant[i] == who -> phase[i] = FREE; lap[i] = lap[i] + 1
            :: phase[i] == READING && claimant[i] == who -> phase[i] = FULL
            :: else
            fi
        };
        i++;
        if
        :: crashes < CRASHES -> crashes++; over = true; break /* The sweeper dies: the next one starts over. */
        :: true
        fi
    :: else -> break
    od;
    if
    :: over -> goto sweep
    :: else
    fi;
#ifndef BROKEN_NO_RETURNED
    atomic { returned = true; raises++ };
#endif
    atomic { swept[who] = true; done++; producersDone = producersDone + (who < PRODUCERS -> 1 : 0) };
    goto start;
end:
    skip
}

init {
    atomic {
        byte k = 0;
        do :: k < CAPACITY -> phase[k] = FREE; k++ :: else -> break od;
        k = 0;
        do :: k < PRODUCERS -> run Producer(k); k++ :: else -> break od;
        do :: k < PROCESSES -> run Consumer(k); k++ :: else -> break od;
        run Sweeper()
    }
}
