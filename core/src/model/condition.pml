/*
 * Waiting for a condition and signalling it, with a crash at any step: dev.backplane.shm.ConditionQueue, Line and
 * SegmentCondition, over what shared.pml says of sections, gates and sweeps.
 *
 * Each step is one store of the Java code: those that ConditionQueue numbers 1 to 9, those of the gates, and those by which a
 * waiter gives up the condition's lock and gets it back. Two waiters in process 0, one in process 1, a signaller in
 * process 2. Fields of one process (handed, the line) change together with the step next to them; they end with it.
 *
 * Abstracted:
 *   the lock        taken and given back in one step each; a dead owner's is free. See lockword.pml.
 *   the cursor      a signal goes to any process that has a waiter for it
 *   parking         an unparked thread goes on: LockSupport keeps a permit for one that is not parked yet
 *   time-outs       with -DTIMED, thread 0 may run out of time, or be interrupted, at any moment of its wait
 *
 * Properties. Somebody waits from the end of its enlisting until it returns, gives up or dies. A signal is owed if, when
 * it is given, more live threads wait than signals are owed already; it is owed until a live thread returns by a signal (the
 * first store of step 6), and
 * no more are owed than live threads wait.
 *   no signal lost  when nothing more can happen, no signal is owed
 *   no stuck waiter when nothing more can happen, all that have not ended wait for a signal: none for its lock or a section
 *   none made up    live threads return by signal no more often than signals are given, plus one for each kill in a sweep
 *   counts          whenever nobody is in the section: signals <= waiters in each slot of a live process, and pending is the
 *                   sum of the difference
 *   swept           after a sweep nothing stands in the dead one's slot
 *
 * check: -DCRASHES=0 -DTIMED
 * check: -DCRASHES=1 -DTWO
 * large: -DCRASHES=1 -DTWO -DTIMED
 * large: -DCRASHES=2 -DTWO -DSIGNALS=1
 * broken: -DBROKEN_NO_ANNOUNCEMENT -DCRASHES=0
 * broken: -DBROKEN_ENLISTED_AFTER_UNLOCK -DCRASHES=0
 * broken: -DBROKEN_NO_LOOK_BEFORE_LEAVING -DCRASHES=0 -DTIMED
 * broken: -DBROKEN_NO_DERIVATION -DCRASHES=1 -DTWO
 * broken: -DBROKEN_USED_UP_BEFORE_LOCK -DCRASHES=1 -DTWO
 * broken: -DBROKEN_WAITER_TAKEN_OUT_FIRST -DCRASHES=1 -DTWO
 * broken: -DBROKEN_NOT_PASSED_ON -DCRASHES=1 -DTWO
 * broken: -DBROKEN_PASSED_ON_LATE -DCRASHES=2 -DTWO -DSIGNALS=1
 */
#define SLOTS 3
#define THREADS 4
#define GATES 3
#define SIGNALLER 3
#define slotOf(thread) (thread < 2 -> 0 : thread - 1)
#ifndef SIGNALS
#define SIGNALS 2
#endif
#ifdef TIMED
#define isTimed (id == 0)
#else
#define isTimed false
#endif

byte pending;
byte waiters[SLOTS];
byte signals[SLOTS];

byte lock; /* the thread + 1 of its owner */

/* Of each process: the line, and how many of its signals are handed to threads of it. */
byte first[SLOTS];
byte second[SLOTS];
byte handed[SLOTS];
bool served[THREADS];

/* What the properties speak of. */
bool waiting[THREADS];
bool finished[THREADS];
byte owed;
byte given;
byte returned;
byte cutOffSweeps;
bool over;

#define unsignalled(v) (waiters[v] - signals[v])
#define allWaiting (waiting[0] + waiting[1] + waiting[2])
#define noMoreThanWait(count) ((count) > allWaiting -> allWaiting : (count))

inline consistent() {
    assert(signals[0] <= waiters[0] && signals[1] <= waiters[1]);
    assert(pending == unsignalled(0) + unsignalled(1))
}

inline derive() {
    pending = unsignalled(0) + unsignalled(1)
}

inline dies(v) {
    if
    :: v == 0 -> waiting[0] = false; waiting[1] = false
    :: v == 1 -> waiting[2] = false
    :: else
    fi;
    first[v] = 0;
    second[v] = 0;
    handed[v] = 0;
    owed = noMoreThanWait(owed);
    cutOffSweeps = cutOffSweeps + (sweeper == v + 1 -> 1 : 0)
}

#include "shared.pml"

inline acquireLock() {
    d_step { lock == 0 || !alive[slotOf((lock - 1))] -> lock = id + 1 }
}

/* ConditionQueue.enlist: steps 1 and 2 */
inline enlist() {
    enter();
    waiters[slot] = waiters[slot] + 1;
    pending = pending + 1;
    leaveWith(
        waiting[id] = true;
        if
        :: first[slot] == 0 -> first[slot] = id + 1
        :: else -> second[slot] = id + 1
        fi
    )
}

/* In the section, with the step that leaves it. */
inline hand() {
    do
    :: handed[slot] < signals[slot] && first[slot] != 0 ->
        served[first[slot] - 1] = true;
        first[slot] = second[slot];
        second[slot] = 0;
        handed[slot] = handed[slot] + 1
    :: else -> break
    od
}

/* Line.await: by being served, or by a time-out. */
inline awaitSignal() {
    do
    :: served[id] -> break
    :: !served[id] && first[slot] == id + 1 ->
        readGate(slot);
        enter();
        leaveWith(hand());
        if
        :: served[id]
        :: !served[id] && isTimed -> break
        :: !served[id] ->
            slice(slot, signals[slot] > handed[slot]);
            if
            :: !changed[id] -> sweepDead()
            :: else
            fi
        fi
    :: !served[id] && isTimed -> break
    od;
    forgetGate()
}

/* ConditionQueue.leaveLine: step 7 */
inline leaveLine() {
    if
    :: served[id]
    :: else ->
        enter();
#ifndef BROKEN_NO_LOOK_BEFORE_LEAVING
        atomic { hand() };
#endif
        if
        :: served[id] -> leave()
        :: else ->
            waiters[slot] = waiters[slot] - 1;
            pending = pending - 1;
            leaveWith(
                if
                :: first[slot] == id + 1 -> first[slot] = second[slot]
                :: else
                fi;
                second[slot] = 0;
                waiting[id] = false;
                owed = noMoreThanWait(owed)
            )
        fi
    fi
}

inline returnBySignal() {
    waiting[id] = false;
    returned++;
    owed = (owed > 0 -> owed - 1 : 0);
    owed = noMoreThanWait(owed);
    assert(returned <= given + cutOffSweeps)
}

/* ConditionQueue.useUp: step 6. Its first store is the return: who dies after it dies with the lock. */
inline useUp() {
    enter();
#ifdef BROKEN_WAITER_TAKEN_OUT_FIRST
    waiters[slot] = waiters[slot] - 1;
    d_step { signals[slot] = signals[slot] - 1; returnBySignal() };
#else
#ifdef BROKEN_USED_UP_BEFORE_LOCK
    signals[slot] = signals[slot] - 1;
#else
    d_step { signals[slot] = signals[slot] - 1; returnBySignal() };
#endif
    waiters[slot] = waiters[slot] - 1;
#endif
    leaveWith(handed[slot] = handed[slot] - 1)
}

/* Steps 3 and 4, to any process but one: its slot is to - 1, or to is 0 if there is none. */
inline signalNextBut(excluded) {
    atomic {
        if
        :: excluded != 0 && unsignalled(0) > 0 -> to = 1
        :: excluded != 1 && unsignalled(1) > 0 -> to = 2
        :: (excluded == 0 || unsignalled(0) == 0) && (excluded == 1 || unsignalled(1) == 0) -> to = 0
        fi
    }
}

/* Steps 8 and 9. */
inline giveBackOf(v) {
    enter();
    do
    :: signals[v] > 0 ->
#ifdef BROKEN_NOT_PASSED_ON
        signals[v] = 0;
#else
#ifdef BROKEN_PASSED_ON_LATE
        signals[v] = signals[v] - 1;
#endif
        signalNextBut(v);
        if
        :: to > 0 ->
            signals[to - 1] = signals[to - 1] + 1;
            pending = pending - 1
        :: else
        fi;
#ifndef BROKEN_PASSED_ON_LATE
        signals[v] = signals[v] - 1;
#endif
        if
        :: to > 0 -> open((to - 1)); to = 0
        :: else
        fi
#endif
    :: else -> break
    od;
    waiters[v] = 0;
    derive();
    leaveWith(assert(waiters[v] == 0 && signals[v] == 0))
}

proctype Waiter(byte id; byte slot) {
    byte dead, to;
    bool abandoned, wakes;
    {
        acquireLock();
#ifdef BROKEN_ENLISTED_AFTER_UNLOCK
        d_step { waiting[id] = true; lock = 0 };
        enlist();
#else
        enlist();
        lock = 0;
#endif
        awaitSignal();
#ifdef BROKEN_USED_UP_BEFORE_LOCK
        leaveLine();
        if
        :: served[id] -> useUp(); acquireLock(); d_step { returnBySignal() }
        :: else -> acquireLock()
        fi;
#else
        acquireLock();
        leaveLine();
        if
        :: served[id] -> useUp()
        :: else
        fi;
#endif
        d_step { lock = 0; finished[id] = true }
    } unless {
        d_step { killed[id] || over -> dead = 0; to = 0; abandoned = false; wakes = false }
    }
}

inline giveSignal(count) {
    given = given + count;
    owed = noMoreThanWait(owed + count)
}

/* Step 3 and 4 for one process */
inline signalAllOf(v) {
    if
    :: unsignalled(v) > 0 ->
        d_step {
            given = given + unsignalled(v);
            signals[v] = waiters[v]
        };
        derive();
        toAll[v] = true
    :: else
    fi
}

proctype Signaller(byte id; byte slot) {
    byte dead, to, rounds;
    bool abandoned, wakes;
    bool toAll[2];
    {
        do
        :: rounds < SIGNALS ->
            rounds++;
            acquireLock();
            if
            :: pending == 0 -> owed = noMoreThanWait(owed + 1)
            :: pending > 0 -> /* signal */
                enter();
                signalNextBut(SLOTS);
                if
                :: to > 0 ->
                    d_step { signals[to - 1] = signals[to - 1] + 1; giveSignal(1) };
                    pending = pending - 1
                :: else -> owed = noMoreThanWait(owed + 1)
                fi;
                leave();
                if
                :: to > 0 -> open((to - 1)); to = 0
                :: else
                fi
            :: pending > 0 -> /* signalAll */
                enter();
                signalAllOf(0);
                signalAllOf(1);
                leaveWith(owed = allWaiting);
                if
                :: toAll[0] -> open(0)
                :: else
                fi;
                if
                :: toAll[1] -> open(1)
                :: else
                fi;
                d_step { toAll[0] = false; toAll[1] = false }
            fi;
            lock = 0
        :: else -> break
        od;
        sweepDead();
        atomic { ended[slot] = true; finished[id] = true }
    } unless {
        d_step { killed[id] || over -> dead = 0; to = 0; abandoned = false; wakes = false; rounds = 0 }
    }
}

#define rests(thread) (finished[thread] || waiting[thread] || !alive[slotOf(thread)])

/* Speaks when nothing more can happen. */
active proctype Judge() {
    atomic {
        timeout ->
        assert(owed == 0);
        assert(rests(0) && rests(1) && rests(2) && rests(SIGNALLER));
        over = true
    }
}

init {
    atomic {
        alive[0] = true; claimed[0] = true;
        alive[1] = true; claimed[1] = true;
        alive[2] = true; claimed[2] = true;
        run Waiter(0, 0);
#ifdef TWO
        finished[1] = true;
#else
        run Waiter(1, 0);
#endif
        run Waiter(2, 1);
        run Signaller(SIGNALLER, 2);
#if CRASHES > 0
        run Killer()
#endif
    }
}
