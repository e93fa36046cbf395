package dev.backplane.shm;

import dev.backplane.store.ObjectLook;
import java.lang.foreign.MemorySegment;

/// Checks a value or struct: that the copies that count have lengths that they can have.
final class VersionsCheck {
    private VersionsCheck() {}

    static void check(ObjectLook look) {
        final long most = look.entry().param0();
        final long kind = look.entry().param1();
        if (!look.require(
                        most >= 1 && most <= Integer.MAX_VALUE && (kind == 0 || kind == Versions.STRUCT),
                        "parameters",
                        "has the parameters %d and %d, which are none of a value",
                        most,
                        kind)
                || !look.requireLength(VersionsLayout.size((int) most))) {
            return;
        }
        look.requireZeros(VersionsLayout.LAYOUT, 0);
        look.section("the section", VersionsLayout.SECTION.offset());
        Versions.lookAtCodec(look);
        final MemorySegment bytes = look.bytes();
        final long version = VersionsLayout.VERSION.getAcquire(bytes, 0);
        if (!look.require(version >= 0, "version", "has version %d", version) || version == 0) {
            return;
        }
        final long copy = VersionsLayout.copy(version, VersionsLayout.stride((int) most));
        final int length = VersionsLayout.LENGTH.getAcquire(bytes, copy);
        if (VersionsLayout.VERSION.getAcquire(bytes, 0) == version) {
            look.require(
                    length >= 0 && (kind == Versions.STRUCT ? length == most : length <= most),
                    "bytes",
                    "has %d bytes in version %d, of %d",
                    length,
                    version,
                    most);
        }
    }
}
