package dev.backplane.store;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.util.List;
import java.util.stream.Stream;

/// One accessor of [SegmentBuffer] that touches a fixed number of bytes, as a row of a table: what holds at the
/// edges, after closing and in read-only memory must hold for every row.
///
/// @param name for messages
/// @param size bytes touched
/// @param alignment that the index needs, 1 if any will do
/// @param writes whether it stores
/// @param call the access at an index
record BufferAccess(String name, int size, int alignment, boolean writes, Call call) {

    @FunctionalInterface
    interface Call {
        void at(SegmentBuffer buffer, int index);
    }

    static List<BufferAccess> all() {
        return Stream.of(plain(), swapped(), atomicLongs(), atomicInts(), smallVolatiles())
                .flatMap(List::stream)
                .toList();
    }

    private static BufferAccess read(String name, int size, Call call) {
        return new BufferAccess(name, size, 1, false, call);
    }

    private static BufferAccess write(String name, int size, Call call) {
        return new BufferAccess(name, size, 1, true, call);
    }

    private static BufferAccess atomicRead(String name, int size, Call call) {
        return new BufferAccess(name, size, size, false, call);
    }

    private static BufferAccess atomicWrite(String name, int size, Call call) {
        return new BufferAccess(name, size, size, true, call);
    }

    private static List<BufferAccess> plain() {
        return List.of(
                read("getByte", 1, SegmentBuffer::getByte),
                read("getShort", 2, SegmentBuffer::getShort),
                read("getChar", 2, SegmentBuffer::getChar),
                read("getInt", 4, SegmentBuffer::getInt),
                read("getFloat", 4, SegmentBuffer::getFloat),
                read("getLong", 8, SegmentBuffer::getLong),
                read("getDouble", 8, SegmentBuffer::getDouble),
                write("putByte", 1, (b, i) -> b.putByte(i, (byte) 1)),
                write("putShort", 2, (b, i) -> b.putShort(i, (short) 1)),
                write("putChar", 2, (b, i) -> b.putChar(i, 'a')),
                write("putInt", 4, (b, i) -> b.putInt(i, 1)),
                write("putFloat", 4, (b, i) -> b.putFloat(i, 1)),
                write("putLong", 8, (b, i) -> b.putLong(i, 1)),
                write("putDouble", 8, (b, i) -> b.putDouble(i, 1)));
    }

    private static List<BufferAccess> swapped() {
        return List.of(
                read("getShort BE", 2, (b, i) -> b.getShort(i, BIG_ENDIAN)),
                read("getChar BE", 2, (b, i) -> b.getChar(i, BIG_ENDIAN)),
                read("getInt BE", 4, (b, i) -> b.getInt(i, BIG_ENDIAN)),
                read("getFloat BE", 4, (b, i) -> b.getFloat(i, BIG_ENDIAN)),
                read("getLong BE", 8, (b, i) -> b.getLong(i, BIG_ENDIAN)),
                read("getDouble BE", 8, (b, i) -> b.getDouble(i, BIG_ENDIAN)),
                write("putShort BE", 2, (b, i) -> b.putShort(i, (short) 1, BIG_ENDIAN)),
                write("putChar BE", 2, (b, i) -> b.putChar(i, 'a', BIG_ENDIAN)),
                write("putInt BE", 4, (b, i) -> b.putInt(i, 1, BIG_ENDIAN)),
                write("putFloat BE", 4, (b, i) -> b.putFloat(i, 1, BIG_ENDIAN)),
                write("putLong BE", 8, (b, i) -> b.putLong(i, 1, BIG_ENDIAN)),
                write("putDouble BE", 8, (b, i) -> b.putDouble(i, 1, BIG_ENDIAN)));
    }

    private static List<BufferAccess> atomicLongs() {
        return List.of(
                atomicRead("getLongOpaque", 8, SegmentBuffer::getLongOpaque),
                atomicRead("getLongAcquire", 8, SegmentBuffer::getLongAcquire),
                atomicRead("getLongVolatile", 8, SegmentBuffer::getLongVolatile),
                atomicWrite("putLongOpaque", 8, (b, i) -> b.putLongOpaque(i, 1)),
                atomicWrite("putLongRelease", 8, (b, i) -> b.putLongRelease(i, 1)),
                atomicWrite("putLongOrdered", 8, (b, i) -> b.putLongOrdered(i, 1)),
                atomicWrite("putLongVolatile", 8, (b, i) -> b.putLongVolatile(i, 1)),
                atomicWrite("addLongOpaque", 8, (b, i) -> b.addLongOpaque(i, 1)),
                atomicWrite("addLongRelease", 8, (b, i) -> b.addLongRelease(i, 1)),
                atomicWrite("addLongOrdered", 8, (b, i) -> b.addLongOrdered(i, 1)),
                atomicWrite("getAndAddLong", 8, (b, i) -> b.getAndAddLong(i, 1)),
                atomicWrite("getAndSetLong", 8, (b, i) -> b.getAndSetLong(i, 1)),
                atomicWrite("compareAndSetLong", 8, (b, i) -> b.compareAndSetLong(i, 0, 1)),
                atomicWrite("compareAndExchangeLong", 8, (b, i) -> b.compareAndExchangeLong(i, 0, 1)));
    }

    private static List<BufferAccess> atomicInts() {
        return List.of(
                atomicRead("getIntOpaque", 4, SegmentBuffer::getIntOpaque),
                atomicRead("getIntAcquire", 4, SegmentBuffer::getIntAcquire),
                atomicRead("getIntVolatile", 4, SegmentBuffer::getIntVolatile),
                atomicWrite("putIntOpaque", 4, (b, i) -> b.putIntOpaque(i, 1)),
                atomicWrite("putIntRelease", 4, (b, i) -> b.putIntRelease(i, 1)),
                atomicWrite("putIntOrdered", 4, (b, i) -> b.putIntOrdered(i, 1)),
                atomicWrite("putIntVolatile", 4, (b, i) -> b.putIntVolatile(i, 1)),
                atomicWrite("addIntOpaque", 4, (b, i) -> b.addIntOpaque(i, 1)),
                atomicWrite("addIntRelease", 4, (b, i) -> b.addIntRelease(i, 1)),
                atomicWrite("addIntOrdered", 4, (b, i) -> b.addIntOrdered(i, 1)),
                atomicWrite("getAndAddInt", 4, (b, i) -> b.getAndAddInt(i, 1)),
                atomicWrite("getAndSetInt", 4, (b, i) -> b.getAndSetInt(i, 1)),
                atomicWrite("compareAndSetInt", 4, (b, i) -> b.compareAndSetInt(i, 0, 1)),
                atomicWrite("compareAndExchangeInt", 4, (b, i) -> b.compareAndExchangeInt(i, 0, 1)));
    }

    private static List<BufferAccess> smallVolatiles() {
        return List.of(
                atomicRead("getShortVolatile", 2, SegmentBuffer::getShortVolatile),
                atomicRead("getCharVolatile", 2, SegmentBuffer::getCharVolatile),
                atomicRead("getByteVolatile", 1, SegmentBuffer::getByteVolatile),
                atomicWrite("putShortVolatile", 2, (b, i) -> b.putShortVolatile(i, (short) 1)),
                atomicWrite("putCharVolatile", 2, (b, i) -> b.putCharVolatile(i, 'a')),
                atomicWrite("putByteVolatile", 1, (b, i) -> b.putByteVolatile(i, (byte) 1)));
    }
}
