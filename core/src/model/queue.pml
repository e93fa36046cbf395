/*
 * The slots of a queue, with a crash at any step: dev.backplane.shm.QueuePuts, QueueTakes and QueueRepair.
 *
 * Each step is one access to shared memory of the Java code. Producers put one element each, consumers take until all is
 * there that can come. A process may crash between any two steps; a sweeper then undoes its claims, in steps, and may
 * crash itself, upon which the next sweep starts over. Who waits for a slot that a dead one has claimed undoes that claim
 * too, perhaps at the same time as the sweeper and as others who wait.
 *
 * Abstracted:
 *   the payload     the number of the element, stored between claim and publication
 *   laps            counted without end: what is compared modulo 2^31 in Java
 *   waiting         consumers and producers try again until they succeed; no gate
 *   reads           there is no crash after a read that changed nothing: to others it is one before the read
 *   old looks       a producer looks at `take` after it has read tail. That it looked long before would make no difference:
 *                   no word of a slot ever goes back to an earlier lap
 *   numbers         nobody comes back under the number of one who died
 *
 * Properties:
 *   whole           who takes an element finds the number that its producer stored
 *   never doubled   no element is taken twice
 *   never lost      when all have ended, an element that was published and not taken stands where a taker finds it: at head
 *                   or after it, or before it with the mark `returned` raised
 *   never stuck     all end, and then each slot has an element or is free for the next one: its words agree
 *   order           a consumer that takes in turn, not a returned element, takes positions that ascend
 *   empty           when a consumer finds that the element at its head is neither published nor passed by tail, so that the
 *                   queue is empty, none stands there or after it that is published and unclaimed
 *
 * Who finds no element before head looks at the one at head too before he lowers the mark. That look, and the one after head
 * is advanced, make up for each other and for more: what is broken without one of them is found where NO_LOOK_AT_HEAD
 * leaves the other out.
 *
 * check: -DCRASHES=0
 * check: -DCRASHES=1
 * check: -DCRASHES=1 -DCAPACITY=1
 * check: -DCRASHES=1 -DPRODUCERS=1 -DCONSUMERS=3
 * check: -DCRASHES=1 -DPRODUCERS=3 -DCONSUMERS=1
 * check: -DCRASHES=1 -DPRODUCERS=3 -DCONSUMERS=1 -DCAPACITY=1
 * check: -DCRASHES=2 -DPRODUCERS=1
 * check: -DCRASHES=2 -DCONSUMERS=1
 * check: -DCRASHES=2 -DCONSUMERS=1 -DCAPACITY=1
 * large: -DCRASHES=2 -DCAPACITY=1
 * broken: -DNO_LOOK_AT_HEAD -DBROKEN_NO_LOOK_AFTER_PASSING -DCRASHES=1 -DPRODUCERS=1 -DCONSUMERS=3
 * broken: -DBROKEN_NO_RETURNED -DCRASHES=1
 * broken: -DBROKEN_NO_RETURNED_AT_END -DCRASHES=2 -DCONSUMERS=1 -DCAPACITY=1
 * broken: -DNO_LOOK_AT_HEAD -DBROKEN_CLEAR_BLINDLY -DCRASHES=1 -DPRODUCERS=1 -DCONSUMERS=3
 * broken: -DNO_LOOK_AT_HEAD -DBROKEN_COUNT_SET_BACK -DCRASHES=2 -DPRODUCERS=1 -DCONSUMERS=3 -DCAPACITY=1
 * broken: -DBROKEN_NO_LOOK_AT_TAKE -DCRASHES=0 -DCAPACITY=1
 * broken: -DBROKEN_PASSES_UNCLAIMED -DCRASHES=0 -DCAPACITY=1
 * broken: -DBROKEN_NOT_MARKED -DCRASHES=0
 * broken: -DBROKEN_MARK_STORED -DCRASHES=0
 * broken: -DBROKEN_UNDO_OF_PUBLISHED -DCRASHES=1
 * broken: -DBROKEN_UNDO_FREES_PUT_FIRST -DCRASHES=2 -DCONSUMERS=1
 * broken: -DBROKEN_UNDO_STORES_STATE -DCRASHES=1 -DCAPACITY=1
 * broken: -DBROKEN_UNDO_STORES_TAKE -DCRASHES=1 -DCAPACITY=1
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

/* What a word says. Of two values that a word has one after the other in `put` or `state`, the later is the greater. */
#define FREE(lap) ((lap) * 8)
#define CLAIMED(lap, who) ((lap) * 8 + 1 + (who))
#define PASSED(lap) ((lap) * 8 + 1)
#define FULL(lap) ((lap) * 8 + 7)
#define lapIn(word) ((word) / 8)
#define isClaim(word) ((word) % 8 > 0)
#define isClaimOf(word, who) ((word) % 8 == (who) + 1)
#define isClaimOfDead(word) (isClaim(word) && dead[((word) + 7) % 8])

/* The slots, of three words each, and their elements. */
byte put[CAPACITY]; /* FREE, or CLAIMED by a producer */
byte state[CAPACITY]; /* FULL: published; PASSED: not yet, but tail goes on; FREE of the next lap: a hole */
byte take[CAPACITY]; /* FREE, or CLAIMED by a consumer */
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

/* What the properties speak of, by producer, whose element has its number. */
byte place[PRODUCERS]; /* where it was published: 1 + position */
bool taken[PRODUCERS];

#define indexOf(position) ((position) % CAPACITY)
#define lapOf(position) ((position) / CAPACITY)
#define positionOf(word, index) (lapIn(word) * CAPACITY + (index))

/* An element that is published and unclaimed. */
#define isThere(index) (take[index] == FREE(lapIn(take[index])) && state[index] == FULL(lapIn(take[index])))
#define isThereFrom(position, index) (isThere(index) && positionOf(take[index], index) >= position)
#if CAPACITY == 1
#define isAnyThereFrom(position) isThereFrom(position, 0)
#elif CAPACITY == 2
#define isAnyThereFrom(position) (isThereFrom(position, 0) || isThereFrom(position, 1))
#endif

#define advance(hint, position) if :: hint == position -> hint++ :: else fi
#ifdef BROKEN_NO_RETURNED
#define raise skip
#else
#define raise returned = true; raises++
#endif
#ifdef BROKEN_NO_RETURNED_AT_END
#define raiseAtEnd skip
#else
#define raiseAtEnd raise
#endif
#ifdef BROKEN_COUNT_SET_BACK
#define lower returned = false; raises = 0
#else
#define lower returned = false
#endif
#ifdef BROKEN_PASSES_UNCLAIMED
#define isPassable(word, lap) ((word) >= FREE(lap))
#else
#define isPassable(word, lap) ((word) > FREE(lap))
#endif
#ifdef BROKEN_MARK_STORED
#define isStateToMark true
#else
#define isStateToMark (state[i] == seen)
#endif
#ifdef BROKEN_UNDO_OF_PUBLISHED
#define isHole true
#else
#define isHole (seen != FULL(lapIn(word)))
#endif
#ifdef BROKEN_UNDO_STORES_STATE
#define isStateSeen true
#else
#define isStateSeen (state[i] == seen)
#endif
#ifdef BROKEN_UNDO_STORES_TAKE
#define isTakeSeen true
#else
#define isTakeSeen (take[i] == word)
#endif

/* Ends the process here, or not. */
#define mayCrash if :: crashes < CRASHES -> crashes++; goto crashed :: true fi
#define die dead[me] = true; consumersGone = consumersGone + (me >= PRODUCERS -> 1 : 0)

/* Undoes a dead one's claim to put, `word`, on slot i: its element was published, or the slot becomes a hole. */
inline undoPut() {
    do
    :: atomic { state[i] >= FULL(lapIn(word)) -> seen = state[i] }; break
    :: atomic { state[i] < FULL(lapIn(word)) -> seen = state[i] };
        atomic { if :: isStateSeen -> state[i] = FREE(lapIn(word) + 1); seen = state[i]; break :: else fi }
    od;
#ifdef BROKEN_UNDO_FREES_PUT_FIRST
    atomic { mayCrash; if :: put[i] == word -> put[i] = FREE(lapIn(word) + 1) :: else fi };
#endif
    if
    :: isHole -> atomic { mayCrash; if :: take[i] == FREE(lapIn(word)) -> take[i] = FREE(lapIn(word) + 1) :: else fi }
    :: else
    fi;
    atomic { mayCrash; if :: put[i] == word -> put[i] = FREE(lapIn(word) + 1) :: else fi }
}

/* Undoes a dead one's claim to take, `word`, on slot i: the element can be taken again. */
inline undoTake() {
    if
    :: atomic { isTakeSeen -> take[i] = FREE(lapIn(word)) }; atomic { mayCrash; raise }
    :: !isTakeSeen
    fi
}

/* Resets what is not needed any more, and would only make states differ. */
#define forget t = 0; i = 0; word = 0; seen = 0

proctype Producer(byte me) {
    byte t; byte i; byte word; byte seen;
again:
    atomic { forget; mayCrash; t = tail; i = indexOf(t) };
#ifndef BROKEN_NO_LOOK_AT_TAKE
    if
    :: lapIn(take[i]) >= lapOf(t)
    :: lapIn(take[i]) < lapOf(t) ->
        /* Full: wait until that changes, or nobody takes any more. */
        if
        :: tail != t || lapIn(take[i]) >= lapOf(t) -> goto again
        :: atomic { isClaim(take[i]) -> word = take[i] }; goto beingTaken
        :: atomic { isClaim(put[i]) -> word = put[i] }; goto beingPut
        :: consumersGone == CONSUMERS && lapIn(take[i]) < lapOf(t) -> goto leave
        fi
    fi;
#endif
    if
    :: atomic { put[i] == FREE(lapOf(t)) -> put[i] = CLAIMED(lapOf(t), me) }
    :: put[i] != FREE(lapOf(t)) ->
        /* A second look says why not. */
        if
        :: isPassable(put[i], lapOf(t)) ->
#ifndef BROKEN_NOT_MARKED
            /* Mark its element as one after which others are put. */
            if
            :: atomic { state[i] < PASSED(lapOf(t)) -> seen = state[i] };
                atomic { if :: isStateToMark -> state[i] = PASSED(lapOf(t)) :: else fi }
            :: state[i] >= PASSED(lapOf(t))
            fi;
            atomic { mayCrash; advance(tail, t) };
#else
            atomic { advance(tail, t) };
#endif
            goto again
        :: !isPassable(put[i], lapOf(t)) && put[i] == FREE(lapOf(t)) -> goto again
        :: put[i] < FREE(lapOf(t)) ->
            /* The producer of the lap before is not done: wait until it is. */
            if
            :: put[i] >= FREE(lapOf(t)) -> goto again
            :: atomic { isClaim(put[i]) -> word = put[i] }; goto beingPut
            fi
        fi
    fi;
    atomic { mayCrash; payload[i] = me };
    atomic {
        mayCrash;
        assert(put[i] == CLAIMED(lapOf(t), me) && state[i] < FULL(lapOf(t)));
        state[i] = FULL(lapOf(t));
        place[me] = t + 1
    };
    atomic { mayCrash; assert(put[i] == CLAIMED(lapOf(t), me)); put[i] = FREE(lapOf(t) + 1) };
    atomic { mayCrash; advance(tail, t) };
    goto leave;
beingTaken:
    if
    :: take[i] != word
    :: isClaimOfDead(word) -> undoTake()
    fi;
    goto again;
beingPut:
    if
    :: put[i] != word
    :: isClaimOfDead(word) -> undoPut()
    fi;
    goto again;
leave:
    atomic { forget; producersDone++; done++; goto end };
crashed:
    atomic { forget; die };
end:
    skip
}

#undef forget
#define forget h = 0; i = 0; word = 0; seen = 0; from = 0; inTurn = false

/* Advances head past what was claimed at it: at once, or as the first thing that is done next. */
#define advanceNowOrLater if :: advance(head, h) :: behind = true fi

proctype Consumer(byte me) {
    byte h; byte i; byte word; byte seen; byte from; byte last = 0; byte took = 0; bool inTurn; bool behind = false;
again:
    atomic { forget; mayCrash; h = head; i = indexOf(h) };
    if
    :: atomic { behind -> behind = false; if :: h == last -> goto passing :: else fi }
    :: !behind
    fi;
    atomic { seen = raises; if :: !returned -> goto look :: else fi };
    h = head;
    i = 0;
    do
    :: i < CAPACITY ->
        word = take[i];
        if
        :: isClaim(word) || positionOf(word, i) >= h || state[i] != FULL(lapIn(word))
        :: else ->
            if
            :: atomic { take[i] == word -> take[i] = CLAIMED(lapIn(word), me) };
                h = positionOf(word, i);
                inTurn = false;
                goto claimed
            :: take[i] != word
            fi
        fi;
        i++
    :: else -> break
    od;
#ifndef NO_LOOK_AT_HEAD
    i = indexOf(h);
    word = take[i];
    if
    :: word == FREE(lapOf(h)) && state[i] == FULL(lapOf(h)) ->
        if
        :: atomic { take[i] == word -> take[i] = CLAIMED(lapOf(h), me) };
            inTurn = true;
            atomic { mayCrash; if :: raises == seen -> lower :: else fi };
            atomic { mayCrash; advanceNowOrLater };
            goto claimed
        :: take[i] != word
        fi
    :: else
    fi;
#endif
#ifdef BROKEN_CLEAR_BLINDLY
    returned = false;
#else
    atomic { if :: raises == seen -> lower :: else fi };
#endif
    goto again;
look:
    if
    :: state[i] == FULL(lapOf(h)) ->
        if :: returned || raises != seen -> goto again :: else fi;
        if
        :: atomic { take[i] == FREE(lapOf(h)) -> take[i] = CLAIMED(lapOf(h), me) };
            inTurn = true;
            atomic { mayCrash; advanceNowOrLater };
            goto claimed
        :: take[i] != FREE(lapOf(h))
        fi
    :: state[i] > FULL(lapOf(h))
    :: atomic { state[i] < FULL(lapOf(h)) -> assert(state[i] == PASSED(lapOf(h)) || !isAnyThereFrom(h)) };
        /* Empty, or just being put: wait until that changes, or nothing more can come. */
        if
        :: returned || head != h || state[i] >= FULL(lapOf(h)) -> goto again
        :: atomic { isClaim(put[i]) -> word = put[i] }; goto beingPut
        :: producersDone == PRODUCERS && head == h && state[i] < FULL(lapOf(h)) && !returned -> goto leave
        fi
    fi;
passing: /* It is gone, or claimed by somebody. */
    atomic { advance(head, h) };
#ifndef BROKEN_NO_LOOK_AFTER_PASSING
    atomic { mayCrash; if :: state[i] != FULL(lapOf(h)) -> goto again :: else fi };
    if
    :: take[i] == FREE(lapOf(h)) -> atomic { raise }
    :: take[i] != FREE(lapOf(h))
    fi;
#endif
    goto again;
claimed:
    atomic { mayCrash; from = payload[i] };
    atomic {
        assert(state[i] == FULL(lapOf(h)) && take[i] == CLAIMED(lapOf(h), me));
        assert(from < PRODUCERS && place[from] == h + 1);
        assert(!taken[from]);
        taken[from] = true;
        assert(!inTurn || last <= h);
        if :: inTurn -> last = h :: else fi;
        take[i] = FREE(lapOf(h) + 1)
    };
    took++;
    if :: took < PRODUCERS -> goto again :: else -> goto leave fi;
beingPut:
    if
    :: put[i] != word
    :: isClaimOfDead(word) -> undoPut()
    fi;
    goto again;
leave:
    atomic { forget; behind = false; consumersGone++; done++; goto end };
crashed:
    atomic { forget; last = 0; took = 0; behind = false; die };
end:
    skip
}

/* Sweeps everybody who has died; what dies in the middle of it is done over. */
proctype Sweeper() {
    byte who; byte i; byte word; byte seen;
start:
    if
    :: dead[0] && !swept[0] -> who = 0
    :: dead[1] && !swept[1] -> who = 1
    :: dead[2] && !swept[2] -> who = 2
#if PROCESSES > 3
    :: dead[3] && !swept[3] -> who = 3
#endif
    :: done == PROCESSES -> goto over
    fi;
crashed: /* The next one starts over. */
    i = 0;
    do
    :: i < CAPACITY ->
        if
        :: atomic { isClaimOf(put[i], who) -> word = put[i] }; undoPut()
        :: !isClaimOf(put[i], who)
        fi;
        if
        :: atomic { isClaimOf(take[i], who) -> word = take[i] }; undoTake()
        :: !isClaimOf(take[i], who)
        fi;
        i++
    :: else -> break
    od;
    atomic { mayCrash; raiseAtEnd };
    atomic {
        mayCrash;
        swept[who] = true;
        done++;
        producersDone = producersDone + (who < PRODUCERS -> 1 : 0);
        i = 0;
        word = 0;
        seen = 0
    };
    goto start;
over:
    atomic {
        /* The words of each slot agree: it has an element, or is free for a put. */
        i = 0;
        do
        :: i < CAPACITY ->
            assert(!isClaim(put[i]) && (isThere(i) || take[i] == put[i]));
            assert(state[i] == put[i] || state[i] + 1 == put[i]);
            i++
        :: else -> break
        od;
        /* What was published and not taken can be found. */
        who = 0;
        do
        :: who < PRODUCERS ->
            if
            :: place[who] > 0 && !taken[who] ->
                i = indexOf(place[who] - 1);
                assert(isThere(i) && positionOf(take[i], i) == place[who] - 1 && payload[i] == who);
                assert(place[who] > head || returned)
            :: else
            fi;
            who++
        :: else -> break
        od
    }
}

init {
    atomic {
        byte k = 0;
        do :: k < PRODUCERS -> run Producer(k); k++ :: else -> break od;
        do :: k < PROCESSES -> run Consumer(k); k++ :: else -> break od;
        run Sweeper()
    }
}
