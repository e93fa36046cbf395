package dev.backplane.pool;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.structLayout;

import dev.backplane.store.IntField;
import dev.backplane.store.LongField;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Layout of what a pool tells about its workers: the bytes of the array [#NAME] in its segment.
///
/// ```
///   0               4               8                               16
///  +---------------+---------------+-------------------------------+
///  | version   i32 | places    i32 | pid                       i64 |
///  +---------------+---------------+-------------------------------+
///  | started                   i64 | done before               i64 |
///  +-------------------------------+-------------------------------+
///  | failed before             i64 | zero padding up to 128        |
///  +-------------------------------+- - - - - - - - - - - - - - - -+
/// ```
///
/// and then, for each place of the pool, 256 bytes: a half that the pool writes, and one that the worker
/// does, so that neither takes the other's line of cache away.
///
/// ```
///   0               4               8                               16
///  +---------------+---------------+-------------------------------+
///  | number    i32 | held      i32 | pid                       i64 |
///  +---------------+---------------+-------------------------------+
///  | started                   i64 | start-up                  i64 |
///  +-------------------------------+-------------------------------+
///  | zero padding up to 128                                        |
///  +- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -+
///  | changes                   i64 | state     i32 | zero          |   128
///  +-------------------------------+---------------+---------------+
///  | since                     i64 | done                      i64 |
///  +-------------------------------+-------------------------------+
///  | failed                    i64 | busy                      i64 |
///  +-------------------------------+-------------------------------+
///  | idle                      i64 | heap used                 i64 |
///  +-------------------------------+-------------------------------+
///  | heap committed            i64 | zero padding up to 256        |
///  +-------------------------------+- - - - - - - - - - - - - - - -+
/// ```
///
/// | field                      | read    | written                 | by                                  |
/// |----------------------------|---------|-------------------------|-------------------------------------|
/// | version                    | acquire | release, once, last     | the pool                            |
/// | held, pid, start-up        | acquire | release                 | the pool                            |
/// | changes                    | acquire | plain odd, release even | the worker; the pool while none runs |
/// | number … idle but for these | plain  | plain, while changes is odd | as changes                      |
/// | heap                       | acquire | release                 | the worker                          |
///
/// `started` and `since` are milliseconds since 1970, other times nanoseconds. A reader has values of one
/// moment if `changes` is even and the same before and after.
final class InsightsLayout {
    /// The object's name in the pool's segment.
    static final String NAME = "pool-insights";

    /// What [#VERSION] holds.
    static final int CURRENT_VERSION = 1;

    /// The size of the header, and of each half of a place.
    private static final int HALF = 128;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final StructLayout HEADER = structLayout(
            INT.withName("version"),
            INT.withName("places"),
            LONG.withName("pid"),
            LONG.withName("started"),
            LONG.withName("doneBefore"),
            LONG.withName("failedBefore"),
            paddingLayout(HALF - 40));

    static final StructLayout WORKER = structLayout(
            INT.withName("number"),
            INT.withName("held"),
            LONG.withName("pid"),
            LONG.withName("started"),
            LONG.withName("startUp"),
            paddingLayout(HALF - 32),
            LONG.withName("changes"),
            INT.withName("state"),
            paddingLayout(4),
            LONG.withName("since"),
            LONG.withName("done"),
            LONG.withName("failed"),
            LONG.withName("busy"),
            LONG.withName("idle"),
            LONG.withName("heapUsed"),
            LONG.withName("heapCommitted"),
            paddingLayout(HALF - 72));

    static final IntField VERSION = IntField.of(HEADER, "version");
    static final IntField PLACES = IntField.of(HEADER, "places");
    static final LongField POOL_PID = LongField.of(HEADER, "pid");
    static final LongField POOL_STARTED = LongField.of(HEADER, "started");
    static final LongField DONE_BEFORE = LongField.of(HEADER, "doneBefore");
    static final LongField FAILED_BEFORE = LongField.of(HEADER, "failedBefore");

    static final IntField NUMBER = IntField.of(WORKER, "number");
    static final IntField HELD = IntField.of(WORKER, "held");
    static final LongField PID = LongField.of(WORKER, "pid");
    static final LongField STARTED = LongField.of(WORKER, "started");
    static final LongField START_UP = LongField.of(WORKER, "startUp");
    static final LongField CHANGES = LongField.of(WORKER, "changes");
    static final IntField STATE = IntField.of(WORKER, "state");
    static final LongField SINCE = LongField.of(WORKER, "since");
    static final LongField DONE = LongField.of(WORKER, "done");
    static final LongField FAILED = LongField.of(WORKER, "failed");
    static final LongField BUSY = LongField.of(WORKER, "busy");
    static final LongField IDLE = LongField.of(WORKER, "idle");
    static final LongField HEAP_USED = LongField.of(WORKER, "heapUsed");
    static final LongField HEAP_COMMITTED = LongField.of(WORKER, "heapCommitted");

    private InsightsLayout() {}

    /// The bytes that a pool with so many places takes.
    static long bytes(int places) {
        return HEADER.byteSize() + places * WORKER.byteSize();
    }

    /// Where a place begins.
    static long place(int place) {
        return HEADER.byteSize() + place * WORKER.byteSize();
    }
}
