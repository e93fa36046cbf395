package dev.backplane.shm;

import dev.backplane.store.ObjectLook;
import dev.backplane.store.Region;
import dev.backplane.store.SegmentException;
import dev.backplane.store.StoreProbe;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;

/// Bytes that are replaced as a whole, under their readers' eyes: four copies, of which the version says
/// which counts.
final class Versions {
    /*
     * A sequence lock (Lameter, "Effective synchronization on Linux/NUMA systems", 2005) whose writer may
     * die: it never marks the value as being written, but writes beside it. What a kill leaves behind, step
     * by step of a writer:
     *
     *   1. section entered          the old value; the next writer enters and has nothing to make good
     *   2. copy v+1 written         the old value, and in a copy that does not count some bytes that the
     *                               next writer of version v+1 writes over
     *   3. version = v+1, release   the new value
     *   4. section left             the same
     *
     * A reader loads version v, reads copy v mod 4, and loads the version again. The copy is overwritten by
     * the writer of v+4, which begins only after it, or another, has published v+3. So what was read is whole
     * if the second load still gives less than v+3. (The store of v+3 comes before the stores of v+4: a
     * section was left and entered in between, by compare-and-sets.) Otherwise the reader begins again, each
     * time behind three writers that have finished: it is lock-free, and a dead writer, who publishes
     * nothing, holds no reader up.
     */
    static final int STRUCT = 1;

    private static final long FNV_OFFSET = 0xCBF29CE484222325L;
    private static final long FNV_PRIME = 0x100000001B3L;

    private final Region region;
    private final MemorySegment memory;
    private final Section section;
    private final int mostBytes;
    private final long stride;

    Versions(Region region) {
        final long most = region.param0();
        if (most < 1 || most > Integer.MAX_VALUE || region.length() != VersionsLayout.size((int) most)) {
            throw new SegmentException("value " + region + " claims to be of up to " + most
                    + " bytes, which does not fit its length: the segment is damaged");
        }
        this.region = region;
        this.memory = region.memory();
        this.section = new Section(region.segment(), memory, VersionsLayout.SECTION.offset(), () -> {});
        this.mostBytes = (int) most;
        this.stride = VersionsLayout.stride(mostBytes);
    }

    /// Writes the bytes of a new value.
    static void initialise(MemorySegment memory, String codecName) {
        final byte[] name = codecName.getBytes(StandardCharsets.UTF_8);
        VersionsLayout.CODEC_HASH.set(memory, 0, hash(name));
        VersionsLayout.CODEC_BYTES.set(memory, 0, name.length);
        StoreProbe.beforeStore();
        MemorySegment.copy(
                name,
                0,
                memory,
                ValueLayout.JAVA_BYTE,
                VersionsLayout.CODEC_NAME_OFFSET,
                Math.min(name.length, VersionsLayout.CODEC_NAME_BYTES));
    }

    private static long hash(byte[] name) {
        long hash = FNV_OFFSET;
        for (byte next : name) {
            hash = (hash ^ next & 0xff) * FNV_PRIME;
        }
        return hash;
    }

    /// Whether the value was created with a codec of that name.
    static boolean hasCodec(MemorySegment memory, String codecName) {
        final byte[] name = codecName.getBytes(StandardCharsets.UTF_8);
        return VersionsLayout.CODEC_HASH.get(memory, 0) == hash(name)
                && VersionsLayout.CODEC_BYTES.get(memory, 0) == name.length;
    }

    /// The name of the codec that a value was created with, cut off if it is long.
    static String codecName(MemorySegment memory) {
        final int length = Math.clamp(VersionsLayout.CODEC_BYTES.get(memory, 0), 0, VersionsLayout.CODEC_NAME_BYTES);
        final byte[] name =
                memory.asSlice(VersionsLayout.CODEC_NAME_OFFSET, length).toArray(ValueLayout.JAVA_BYTE);
        return new String(name, StandardCharsets.UTF_8);
    }

    /// Checks that the name is that of its hash, as far as it was kept.
    static void lookAtCodec(ObjectLook look) {
        final MemorySegment memory = look.bytes();
        final int length = VersionsLayout.CODEC_BYTES.get(memory, 0);
        if (look.require(length >= 1, "codec", "has a codec's name of %d bytes", length)
                && length <= VersionsLayout.CODEC_NAME_BYTES) {
            final byte[] name =
                    memory.asSlice(VersionsLayout.CODEC_NAME_OFFSET, length).toArray(ValueLayout.JAVA_BYTE);
            look.require(
                    VersionsLayout.CODEC_HASH.get(memory, 0) == hash(name),
                    "codec",
                    "has the codec's name %s, and another one's hash",
                    codecName(memory));
        }
    }

    int mostBytes() {
        return mostBytes;
    }

    /// The version that counts.
    long current() {
        return VersionsLayout.VERSION.getAcquire(memory, 0);
    }

    /// Whether what was read of a version's copy, up to now, was not overwritten meanwhile.
    boolean isIntact(long version) {
        VarHandle.acquireFence(); // What was read before stays before the load of the version.
        return current() - version < VersionsLayout.COPIES - 1;
    }

    /// Where a version's bytes are.
    long at(long version) {
        return VersionsLayout.bytes(VersionsLayout.copy(version, stride));
    }

    /// How many bytes a version has, as far as they are intact.
    int length(long version) {
        return VersionsLayout.LENGTH.get(memory, VersionsLayout.copy(version, stride));
    }

    /// Enters what one writer at a time is in; [#leave] must follow.
    void enter() {
        section.enter();
    }

    void leave() {
        section.leave();
    }

    /// Publishes the version after the current one, whose bytes are written. Only inside.
    void publish(int lengthBytes) {
        final long next = current() + 1;
        VersionsLayout.LENGTH.set(memory, VersionsLayout.copy(next, stride), lengthBytes);
        VersionsLayout.VERSION.setRelease(memory, 0, next);
    }

    SegmentException damaged(int length) {
        return new SegmentException("value " + region + " claims " + length + " bytes of at most " + mostBytes
                + ": the segment is damaged, remove the value");
    }
}
