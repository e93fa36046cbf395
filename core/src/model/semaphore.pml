/*
 * A semaphore's accounting, with a crash at any step: dev.backplane.shm.Permits and SegmentSemaphore, over what shared.pml
 * says of sections, gates and sweeps.
 *
 * Each step is one store of the Java code. A process acquires one or two of the permits, waits for them at the gate, and
 * releases them; with -DOTHERS the last process releases what others hold, and, where they hold too little, adds permits.
 *
 * Abstracted:
 *   threads         one for each process: its threads wait at the gate in turn (WaitWord.awaitInTurn)
 *   time-outs       with -DTIMED, process 0 may run out of time at any moment
 *   a new life      after a sweep, in the same slot, with the counts that the slot has then
 *
 * Properties:
 *   conserved       whenever nobody is in the section: available = total - the sum of held, none of them negative, and total
 *                   is what was given at first and added since
 *   never doubled   the permits of the living, as they themselves have been told, are at most total
 *   never lost      after a sweep nothing is held in the dead one's slot; when all have ended, the last one sweeps and finds
 *                   everything available
 *   no lost wake    everybody ends: there is no state without a next step in which a process still waits
 *
 * check: -DCRASHES=0 -DTIMED
 * check: -DCRASHES=1 -DSLOTS=2 -DROUNDS=2
 * check: -DCRASHES=2 -DSLOTS=2 -DTIMED
 * check: -DCRASHES=1 -DOTHERS -DNO_NEW_LIFE
 * check: -DNP -DCRASHES=1 -DSLOTS=2
 * large: -DCRASHES=1 -DNO_NEW_LIFE
 * broken: -DBROKEN_NO_ANNOUNCEMENT -DCRASHES=0
 * broken: -DBROKEN_GATE_READ_AFTER_ATTEMPT -DCRASHES=0
 * broken: -DBROKEN_GATE_OPENED_FIRST -DCRASHES=0
 * broken: -DBROKEN_NO_DERIVATION -DCRASHES=1 -DSLOTS=2
 * broken: -DBROKEN_HELD_OUTSIDE -DCRASHES=1 -DSLOTS=2
 * broken: -DBROKEN_HELD_KEPT_BY_SWEEP -DCRASHES=1 -DSLOTS=2
 * broken: -DBROKEN_NO_SWEEP -DNP -DCRASHES=1 -DSLOTS=2
 */
#ifndef SLOTS
#define SLOTS 3
#endif
#ifndef ROUNDS
#define ROUNDS 1
#endif
#define PERMITS 2
#define THREADS SLOTS
#define GATES 1
#define slotOf(thread) thread

byte total = PERMITS;
byte available = PERMITS;
byte held[SLOTS];

/* What the properties speak of. */
byte has[SLOTS]; /* the permits that the process has been told it has */
byte added;

#if SLOTS == 2
#define sum(field) (field[0] + field[1])
#else
#define sum(field) (field[0] + field[1] + field[2])
#endif

inline consistent() {
    assert(total == PERMITS + added);
    assert(sum(held) <= total);
    assert(available == total - sum(held))
}

inline derive() {
    available = total - sum(held)
}

inline dies(v) {
    has[v] = 0
}

#include "shared.pml"

inline got(permits) {
    has[slot] = has[slot] + permits;
    assert(sum(has) <= total);
    ok = true
}

/* Permits.take */
inline take(permits) {
    enter();
    if
    :: available < permits -> leaveWith(ok = false)
    :: available >= permits ->
#ifdef BROKEN_HELD_OUTSIDE
        available = available - permits;
        section = 0;
        held[slot] = held[slot] + permits;
        got(permits)
#else
        held[slot] = held[slot] + permits;
        available = available - permits;
        leaveWith(got(permits))
#endif
    fi
}

/* SegmentSemaphore.await: ok says whether the permits were taken. */
inline await(permits) {
    take(permits);
    do
    :: ok -> break
    :: else ->
#ifdef BROKEN_GATE_READ_AFTER_ATTEMPT
        take(permits);
        readGate(0);
#else
        readGate(0);
        take(permits);
#endif
        if
        :: ok -> break
        #ifdef TIMED
        :: !ok && slot == 0 -> take(permits); break /* the time is up */
#endif
        :: else
        fi;
        slice(0, available >= permits);
        if
        :: !changed[id] -> sweepDead()
        :: else
        fi
    od;
    forgetGate()
}

/* Permits.takeFrom: left of the permits are not taken yet. */
inline takeFrom(v) {
    if
    :: left > 0 && held[v] > 0 ->
        d_step {
            permits = (held[v] < left -> held[v] : left);
            held[v] = held[v] - permits;
            left = left - permits;
            has[v] = (has[v] < held[v] -> has[v] : held[v]); /* Its holder is no more than that. */
            permits = 0
        }
    :: else
    fi
}

/* Permits.giveBack */
inline giveBack(count) {
#ifdef BROKEN_GATE_OPENED_FIRST
    open(0);
#endif
    enter();
    left = count;
    takeFrom(slot);
#ifdef OTHERS
    takeFrom(0);
    takeFrom(1);
    takeFrom(2);
#endif
    if
    :: left > 0 -> d_step { total = total + left; added = added + left; left = 0 }
    :: else
    fi;
    available = available + count;
    leave();
#ifndef BROKEN_GATE_OPENED_FIRST
    open(0)
#endif
}

/* Permits.giveBackOf */
inline giveBackOf(v) {
    enter();
    permits = held[v];
#ifndef BROKEN_HELD_KEPT_BY_SWEEP
    held[v] = 0;
#endif
    available = available + permits;
    permits = 0;
    leaveWith(assert(held[v] == 0));
    open(0)
}

proctype Process(byte id) {
    byte slot = id;
    byte rounds, count, permits, left, dead;
    bool ok, abandoned, wakes;
life:
    {
        d_step { alive[slot] = true; claimed[slot] = true };
        do
        :: rounds < ROUNDS ->
            rounds++;
#ifdef OTHERS
            if
            :: slot == 2 -> giveBack(1)
            :: else -> count = 1; await(count)
            fi;
#else
            if
            :: count = 1
            :: count = 2
            fi;
            await(count);
            if
            :: ok -> giveBack(count)
            :: else
            fi;
#endif
            d_step { ok = false; count = 0 }
        :: else -> break
        od;
        sweepDead();
        d_step { ended[slot] = true };
        goto done
    } unless {
        d_step {
            killed[id] ->
            killed[id] = false;
            rounds = 0; count = 0; permits = 0; left = 0; dead = 0; ok = false; abandoned = false; wakes = false
        }
    };
#ifndef NO_NEW_LIFE
end_dead:
    (!claimed[slot]);
    goto life;
#endif
done:
#ifndef OTHERS
    assert(!(ended[0] && ended[1] && ended[SLOTS - 1]) || someDead || available == total)
#else
    skip
#endif
}

init {
    atomic {
        run Process(0);
        run Process(1);
#if SLOTS > 2
        run Process(2);
#endif
#if CRASHES > 0
        run Killer()
#endif
    }
}
