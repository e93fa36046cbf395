#!/usr/bin/env python3
"""The values and arrays of a Backplane segment, in Python, without a copy.

    segment = Segment("/dev/shm/backplane-1000/orders")
    prices = segment["prices"]              a numpy array, or a memoryview where numpy is missing
    prices[0] = 1.5                         every JVM that has the segment sees it
    segment["count"][0] += 1                a SharedLong is an array of one element

By docs/LAYOUT.md, layout version 1. It takes no slot of the participants table: it holds no lock, so its death leaves
nothing behind; and an object that is removed while it looks may be another one's memory afterwards. Elements are read and
written one by one: that is atomic for each, with no order between them but the processor's own.

    python3 backplane_segment.py PATH       lists the objects
    python3 backplane_segment.py PATH NAME  prints the elements of one
"""
import mmap
import os
import struct
import sys
import uuid

try:
    import numpy
except ImportError:
    numpy = None

MAGIC = 0x454E4C504B434142
VERSION = 1
READY = 2
#        code: (kind, format of an element)
TYPES = {1: ("SharedLong", "q"), 2: ("SharedDouble", "d"), 3: ("SharedBoolean", "i"), 4: ("SharedByteArray", "b"),
         5: ("SharedIntArray", "i"), 6: ("SharedLongArray", "q"), 7: ("SharedFloatArray", "f"),
         8: ("SharedDoubleArray", "d")}


class SegmentError(Exception):
    """The file is no segment, or not one of this layout."""


class Segment:
    """A mapped segment. Close it, or use it in a `with`; what it gave out is to be gone by then."""

    def __init__(self, path):
        self.path = os.fspath(path)
        # The links in /proc/<pid>/fd are how anonymous segments are attached; no other link is followed.
        follow = 0 if self.path.startswith("/proc/") else os.O_NOFOLLOW
        descriptor = os.open(self.path, os.O_RDWR | os.O_CLOEXEC | follow)
        try:
            size = os.fstat(descriptor).st_size
            if size < 4096:
                raise SegmentError("%s has %d bytes, fewer than a header" % (self.path, size))
            self._map = mmap.mmap(descriptor, 0)
        finally:
            os.close(descriptor)
        try:
            self._check(size)
        except BaseException:
            self._map.close()
            raise

    def _check(self, size):
        magic, version, order, high, low, said = struct.unpack_from("<qiiqqq", self._map, 0)
        entries_at, entries, entry_bytes = struct.unpack_from("<qii", self._map, 80)
        state, = struct.unpack_from("<i", self._map, 108)
        if magic != MAGIC or version != VERSION or order != 0x01020304 or state != 1:
            raise SegmentError("%s has magic %#x, version %d, order %#x, state %d; expected %#x, %d, 0x1020304, 1"
                               % (self.path, magic, version, order, state, MAGIC, VERSION))
        if not (0 < said <= size and entry_bytes == 256 and 1 <= entries <= 65536
                and 4096 <= entries_at and entries_at + entries * entry_bytes <= said):
            raise SegmentError("%s tells of %d bytes and %d entries of %d bytes at %d, and has %d bytes"
                               % (self.path, said, entries, entry_bytes, entries_at, size))
        self.id = uuid.UUID(int=(high & (1 << 64) - 1) << 64 | low & (1 << 64) - 1)
        self._size, self._entries_at, self._entries = said, entries_at, entries

    def _objects(self):
        for index in range(self._entries):
            at = self._entries_at + index * 256
            state, code, _, length = struct.unpack_from("<iiii", self._map, at)
            if state == READY and 1 <= length <= 160:
                offset, room, count = struct.unpack_from("<qqq", self._map, at + 16)
                yield bytes(self._map[at + 96:at + 96 + length]).decode("utf-8"), code, offset, room, count

    def names(self):
        """The names of all objects, with what each is: a type's name, or its number if it has no elements to show."""
        return {name: TYPES.get(code, (code,))[0] for name, code, _, _, _ in self._objects()}

    def __getitem__(self, name):
        """The elements of a value or an array: a numpy array, or a memoryview."""
        for found, code, offset, room, count in self._objects():
            if found != name:
                continue
            if code not in TYPES:
                raise TypeError("%r is of type %d, which has no elements to show" % (name, code))
            form = TYPES[code][1]
            if not (0 <= count and count * struct.calcsize(form) <= room and 4096 <= offset <= self._size - room):
                raise SegmentError("%r has %d elements in %d bytes at %d of %d"
                                   % (name, count, room, offset, self._size))
            if numpy is not None:
                return numpy.frombuffer(self._map, "<" + {"b": "i1", "i": "i4", "q": "i8"}.get(form, form), count, offset)
            return memoryview(self._map)[offset:offset + count * struct.calcsize(form)].cast(form)
        raise KeyError(name)

    def close(self):
        self._map.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def main(arguments):
    if len(arguments) not in (1, 2):
        print(__doc__, file=sys.stderr)
        return 2
    segment = Segment(arguments[0])
    if len(arguments) == 1:
        for name, kind in sorted(segment.names().items()):
            print(name, kind)
    else:
        for element in segment[arguments[1]].tolist():
            print(element)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
