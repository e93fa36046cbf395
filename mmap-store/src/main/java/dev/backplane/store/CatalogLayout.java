package dev.backplane.store;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.sequenceLayout;
import static java.lang.foreign.MemoryLayout.structLayout;

import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/// Layout of one entry of the catalog.
///
/// ```
///   0        4        8          12          16         24         32         40         48           56       64
///  +--------+--------+----------+-----------+----------+----------+----------+----------+------------+--------+
///  | state  | type   | version  | name bytes| offset   | length   | param 0  | param 1  | incarnation| zero   |
///  | i32    | i32    | i32      | i32       | i64      | i64      | i64      | i64      | i64        |        |
///  +--------+--------+----------+-----------+----------+----------+----------+----------+------------+--------+
///   64                                96                                                             256
///  +---------------------------------+--------------------------------------------------------------+
///  | users: a bit a participant slot | name UTF-8                                                   |
///  +---------------------------------+--------------------------------------------------------------+
///
///   state:  FREE → ALLOCATING → READY → REMOVED → FREE
/// ```
///
/// ALLOCATING exists only while the catalog's mutex is held, so one seen by a new holder was left by a dead
/// one. READY is stored with release, after the object's bytes: whoever reads it with acquire sees the object
/// initialised. REMOVED means that the name is gone and the space waits for its last user.
///
/// | field                   | read    | written | by                                  |
/// |-------------------------|---------|---------|-------------------------------------|
/// | state                   | acquire | release | the holder of the catalog's mutex   |
/// | users                   | plain   | plain   | the holder of the catalog's mutex   |
/// | incarnation             | acquire | release | the creator, under the mutex, last  |
/// | the others              | plain   | plain   | the creator, under the mutex        |
final class CatalogLayout {
    static final int FREE = 0;
    static final int ALLOCATING = 1;
    static final int READY = 2;
    static final int REMOVED = 3;

    static final int BYTES = 256;
    static final int USERS_OFFSET = 64;
    static final int NAME_OFFSET = 96;
    static final int NAME_BYTES = BYTES - NAME_OFFSET;

    static final StructLayout LAYOUT = structLayout(
            SegmentLayout.INT.withName("state"),
            SegmentLayout.INT.withName("type"),
            SegmentLayout.INT.withName("layoutVersion"),
            SegmentLayout.INT.withName("nameBytes"),
            SegmentLayout.LONG.withName("offset"),
            SegmentLayout.LONG.withName("lengthBytes"),
            SegmentLayout.LONG.withName("param0"),
            SegmentLayout.LONG.withName("param1"),
            SegmentLayout.LONG.withName("incarnation"),
            paddingLayout(8),
            sequenceLayout(4, SegmentLayout.LONG).withName("users"),
            sequenceLayout(NAME_BYTES, ValueLayout.JAVA_BYTE).withName("name"));

    static final IntField STATE = IntField.of(LAYOUT, "state");
    static final IntField TYPE = IntField.of(LAYOUT, "type");
    static final IntField LAYOUT_VERSION = IntField.of(LAYOUT, "layoutVersion");
    static final IntField NAME_LENGTH = IntField.of(LAYOUT, "nameBytes");
    static final LongField OFFSET = LongField.of(LAYOUT, "offset");
    static final LongField LENGTH_BYTES = LongField.of(LAYOUT, "lengthBytes");
    static final LongField PARAM_0 = LongField.of(LAYOUT, "param0");
    static final LongField PARAM_1 = LongField.of(LAYOUT, "param1");
    static final LongField INCARNATION = LongField.of(LAYOUT, "incarnation");
    static final LongField USERS = LongField.of(LAYOUT, "users");

    private CatalogLayout() {}

    static String stateName(int state) {
        return switch (state) {
            case FREE -> "FREE";
            case ALLOCATING -> "ALLOCATING";
            case READY -> "READY";
            case REMOVED -> "REMOVED";
            default -> "state " + state;
        };
    }
}
