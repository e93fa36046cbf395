/*
 * A read-write lock, with a crash at any step: dev.backplane.shm.ReadWriteState and SegmentReadWriteLock, over what
 * shared.pml says of sections, gates and sweeps.
 *
 * Each step is one store of the Java code. Each process reads or writes, whichever it likes.
 *
 * Abstracted:
 *   threads         one for each process: the fields of a slot are sums over its threads, and nothing else is shared by them
 *   time-outs       with -DTIMED, process 0 may run out of time at any moment
 *   tryLock         with -DBARGING, process 1 writes without waiting, and past readers whose turn it is
 *   owner death     a reader that is told of one gives up; a writer repairs, or refuses and leaves the lock abandoned
 *   a new life      there is none after a death
 *
 * Properties:
 *   exclusion       a live writer is alone: no other live process writes or reads
 *   told            nobody reads what a dead writer left half changed; who writes then is told
 *   counts          whenever nobody is in the section, each sum is that of its field over the slots, and a live process has
 *                   a pass if it waits to read since before the phase
 *   turns           nobody who waits for it gets to write before those that waited to read when the last write ended
 *   no deadlock     everybody ends: there is no state without a next step in which a process still waits, and no cycle in
 *                   which nobody gets on (the check with -DNP)
 *
 * check: -DCRASHES=0 -DTIMED
 * check: -DCRASHES=1 -DSLOTS=2 -DTIMED
 * large: -DCRASHES=2 -DSLOTS=2 -DTIMED
 * check: -DCRASHES=1 -DSLOTS=2 -DBARGING
 * check: -DNP -DCRASHES=1 -DSLOTS=2
 * broken: -DBROKEN_NO_ANNOUNCEMENT -DCRASHES=0
 * broken: -DBROKEN_NO_PASSES_AT_END -DCRASHES=0
 * broken: -DBROKEN_PASS_KEPT -DCRASHES=0
 * broken: -DBROKEN_WITHDRAWN_IN_SILENCE -DCRASHES=0 -DTIMED
 * broken: -DBROKEN_NO_DERIVATION -DCRASHES=1 -DSLOTS=2
 * broken: -DBROKEN_FORGET_DEATH -DCRASHES=1 -DSLOTS=2
 */
#ifndef SLOTS
#define SLOTS 3
#endif
#define THREADS SLOTS
#define GATES 2
#define READ_GATE 0
#define WRITE_GATE 1
#define slotOf(thread) thread

#define DONE 1
#define REFUSED 2
#define ABANDONED 3

byte writer;     /* slot + 1 */
bool writerDied; /* OWNER_DIED in the same word */
byte phase;
byte readers[SLOTS];
byte waitingReaders[SLOTS];
byte passes[SLOTS];
byte queuedWriters[SLOTS];
byte reading;
byte waiting;
byte passing;
byte queued;

/* Each process's request. */
bool waits[SLOTS];
byte waitsSince[SLOTS]; /* its phase */

/* What the properties speak of. */
bool reads[SLOTS];
byte writes; /* slot + 1 */
bool torn;
bool turn[SLOTS]; /* it waited to read when a write ended, and waits still */

#if SLOTS == 2
#define sum(field) (field[0] + field[1])
#else
#define sum(field) (field[0] + field[1] + field[2])
#endif

#define waitsToRead(v) (waits[v] && waitsSince[v] != 255)
#define hasPass(v) (waits[v] && waitsSince[v] < phase)
#define passAsItShould(v) (!alive[v] || passes[v] == (waitingReaders[v] > 0 && hasPass(v) -> 1 : 0))

inline consistent() {
    assert(reading == sum(readers));
    assert(waiting == sum(waitingReaders));
    assert(passing == sum(passes));
    assert(queued == sum(queuedWriters));
    assert(passAsItShould(0) && passAsItShould(1) && passAsItShould(SLOTS - 1))
}

inline givePasses() {
    phase++;
    passes[0] = waitingReaders[0];
    passes[1] = waitingReaders[1];
#if SLOTS > 2
    passes[2] = waitingReaders[2];
#endif
    passing = sum(passes)
}

inline derive() {
    givePasses();
    reading = sum(readers);
    queued = sum(queuedWriters);
    waiting = sum(waitingReaders)
}

inline dies(v) {
    reads[v] = false;
    writes = (writes == v + 1 -> 0 : writes);
    waits[v] = false;
    waitsSince[v] = 0;
    turn[v] = false
}

#include "shared.pml"

inline stopWaitingToRead() {
    if
    :: waits[slot] ->
        d_step {
            waitingReaders[slot] = waitingReaders[slot] - 1;
            pass = hasPass(slot);
            waits[slot] = false;
            turn[slot] = false
        };
        waiting = waiting - 1;
        if
#ifndef BROKEN_PASS_KEPT
        :: pass ->
            passes[slot] = passes[slot] - 1;
            passing = passing - 1
#endif
        :: else
        fi;
        d_step { pass = false; waitsSince[slot] = 0 }
    :: else
    fi
}

#define readerMay (writer == 0 && (queued == 0 || hasPass(slot)))
#define writerMay (writer == 0 && reading == 0 && passing == 0)

/* ReadWriteState.read */
inline read() {
    enter();
    if
    :: !readerMay ->
        if
        :: !waits[slot] ->
            d_step { waits[slot] = true; waitsSince[slot] = phase; waitingReaders[slot] = waitingReaders[slot] + 1 };
            waiting = waiting + 1
        :: else
        fi;
        leaveWith(result = REFUSED)
    :: readerMay && writerDied -> leaveWith(result = ABANDONED)
    :: readerMay && !writerDied ->
        readers[slot] = readers[slot] + 1;
        reading = reading + 1;
        stopWaitingToRead();
        leaveWith(
            result = DONE;
            reads[slot] = true;
            assert(writes == 0 && !torn)
        )
    fi
}

inline stopWaitingToWrite() {
    if
    :: waits[slot] ->
        d_step { queuedWriters[slot] = queuedWriters[slot] - 1; waits[slot] = false };
        queued = queued - 1
    :: else
    fi
}

/* ReadWriteState.takeWrite, and the end of the section. */
inline takeWrite() {
    writer = slot + 1;
    stopWaitingToWrite();
    leaveWith(
        result = (writerDied -> ABANDONED : DONE);
        assert(writes == 0 && sum(reads) == 0);
        assert(!torn || writerDied);
        writes = slot + 1
    )
}

/* ReadWriteState.write */
inline write() {
    enter();
    if
    :: !writerMay ->
        if
        :: !waits[slot] ->
            d_step { waits[slot] = true; waitsSince[slot] = 255; queuedWriters[slot] = queuedWriters[slot] + 1 };
            queued = queued + 1
        :: else
        fi;
        leaveWith(result = REFUSED)
    :: writerMay -> assert(sum(turn) == 0); takeWrite()
    fi
}

/* ReadWriteState.tryWrite */
inline tryWrite() {
    enter();
    if
    :: writer != 0 || reading > 0 -> leaveWith(result = REFUSED)
    :: writer == 0 && reading == 0 -> takeWrite()
    fi
}

/* ReadWriteState.end, in the section */
inline end(died) {
    if
#ifndef BROKEN_NO_PASSES_AT_END
    :: waiting > 0 -> givePasses()
#endif
    :: else
    fi;
    d_step {
        writer = 0;
        writerDied = died;
        turn[0] = turn[0] || waitsToRead(0);
        turn[1] = turn[1] || waitsToRead(1);
#if SLOTS > 2
        turn[2] = turn[2] || waitsToRead(2);
#endif
    }
}

/* ReadWriteState.endWrite */
inline endWrite(died) {
    enter();
    d_step { writes = 0; wakeReaders = waiting > 0; wakeWriters = queued > 0 };
    end(died);
    leave();
    if
    :: wakeReaders -> open(READ_GATE)
    :: else
    fi;
    if
    :: wakeWriters -> open(WRITE_GATE)
    :: else
    fi;
    d_step { wakeReaders = false; wakeWriters = false }
}

/* ReadWriteState.endRead */
inline endRead() {
    enter();
    d_step { reads[slot] = false; readers[slot] = readers[slot] - 1 };
    reading = reading - 1;
    leaveWith(wakeWriters = reading == 0 && queued > 0);
    if
    :: wakeWriters -> open(WRITE_GATE); wakeWriters = false
    :: else
    fi
}

/* ReadWriteState.giveBackOf */
inline giveBackOf(v) {
    enter();
    readers[v] = 0;
    queuedWriters[v] = 0;
    waitingReaders[v] = 0;
    derive();
    if
#ifdef BROKEN_FORGET_DEATH
    :: writer == v + 1 -> end(false)
#else
    :: writer == v + 1 -> end(true)
#endif
    :: else
    fi;
    leaveWith(assert(readers[v] == 0 && queuedWriters[v] == 0 && passes[v] == 0 && writer != v + 1));
    open(READ_GATE);
    open(WRITE_GATE)
}

inline sliceAt(gate, fruitful) {
    if
#ifdef TIMED
    :: id == 0 -> break
#endif
    :: true
    fi;
    slice(gate, fruitful);
    if
    :: !changed[id] -> sweepDead()
    :: else
    fi
}

inline awaitRead() {
    read();
    do
    :: result != REFUSED -> break
    :: else ->
        readGate(READ_GATE);
        read();
        if
        :: result != REFUSED -> break
        :: else
        fi;
        sliceAt(READ_GATE, readerMay)
    od;
    forgetGate();
    if
    :: waits[slot] -> /* withdrawRead */
        enter();
        stopWaitingToRead();
        leave();
#ifndef BROKEN_WITHDRAWN_IN_SILENCE
        open(WRITE_GATE)
#endif
    :: else
    fi
}

inline awaitWrite() {
    write();
    do
    :: result != REFUSED -> break
    :: else ->
        readGate(WRITE_GATE);
        write();
        if
        :: result != REFUSED -> break
        :: else
        fi;
        sliceAt(WRITE_GATE, writerMay)
    od;
    forgetGate();
    if
    :: waits[slot] -> /* withdrawWrite */
        enter();
        stopWaitingToWrite();
        leave();
#ifndef BROKEN_WITHDRAWN_IN_SILENCE
        open(READ_GATE)
#endif
    :: else
    fi
}

proctype Process(byte id) {
    byte slot = id;
    byte result, dead;
    bool abandoned, wakes, pass, wakeReaders, wakeWriters;
    {
        if
        :: awaitRead();
            if
            :: result == DONE -> endRead()
            :: else
            fi
        :: true ->
#ifdef BARGING
            if
            :: slot == 1 -> tryWrite()
            :: else -> awaitWrite()
            fi;
#else
            awaitWrite();
#endif
            if
            :: result == DONE -> torn = true; torn = false; endWrite(false)
            :: result == ABANDONED -> torn = false; endWrite(false)
            :: result == ABANDONED -> endWrite(true)
            :: else
            fi
        fi;
        ended[slot] = true
    } unless {
        d_step {
            killed[id] ->
            result = 0; dead = 0; abandoned = false; wakes = false; pass = false; wakeReaders = false; wakeWriters = false
        }
    }
}

init {
    atomic {
        alive[0] = true; claimed[0] = true;
        alive[1] = true; claimed[1] = true;
        run Process(0);
        run Process(1);
#if SLOTS > 2
        alive[2] = true; claimed[2] = true;
        run Process(2);
#endif
#if CRASHES > 0
        run Killer()
#endif
    }
}
