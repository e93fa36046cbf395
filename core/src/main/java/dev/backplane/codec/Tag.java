package dev.backplane.codec;

/// The first byte of every value in the tagged form. The numbers are the format: none is ever reused.
///
/// | after the tag of  | follows                                                                  |
/// |-------------------|--------------------------------------------------------------------------|
/// | INT, LONG         | a zigzag varint                                                          |
/// | other primitives  | their fixed length, little-endian                                        |
/// | STRING            | as [CodecOutput#putString] writes it                                     |
/// | …_ARRAY           | a count, then the elements in their fixed lengths                        |
/// | OBJECT_ARRAY      | a class, a count, the elements tagged                                    |
/// | ENUM              | a class, the constant's name                                             |
/// | RECORD            | a class, primitive components in their fixed lengths, references tagged  |
/// | SERIALIZED        | a count of bytes, then serialized Java objects                           |
/// | collections       | a count, the elements tagged                                             |
/// | maps              | a count, then keys and values in turn, tagged                            |
///
/// A class is a varint: 0, then a name and, for a record, its signature, for one that this value names for the
/// first time; n for the n-th so named. REFERENCE and LAMBDA are among what a lambda captures only: see
/// [CompactLambda].
final class Tag {
    static final int NULL = 0;
    static final int TRUE = 1;
    static final int FALSE = 2;
    static final int BYTE = 3;
    static final int SHORT = 4;
    static final int CHAR = 5;
    static final int INT = 6;
    static final int LONG = 7;
    static final int FLOAT = 8;
    static final int DOUBLE = 9;
    static final int STRING = 10;
    static final int BYTE_ARRAY = 11;
    static final int BOOLEAN_ARRAY = 12;
    static final int SHORT_ARRAY = 13;
    static final int CHAR_ARRAY = 14;
    static final int INT_ARRAY = 15;
    static final int LONG_ARRAY = 16;
    static final int FLOAT_ARRAY = 17;
    static final int DOUBLE_ARRAY = 18;
    static final int OBJECT_ARRAY = 19;
    static final int ENUM = 20;
    static final int RECORD = 21;
    static final int SERIALIZED = 22;

    static final int ARRAY_LIST = 32;
    static final int LINKED_LIST = 33;
    static final int ARRAY_DEQUE = 34;
    static final int FIXED_LIST = 35;
    static final int UNMODIFIABLE_LIST = 36;
    static final int HASH_SET = 37;
    static final int LINKED_HASH_SET = 38;
    static final int TREE_SET = 39;
    static final int UNMODIFIABLE_SET = 40;
    static final int HASH_MAP = 48;
    static final int LINKED_HASH_MAP = 49;
    static final int TREE_MAP = 50;
    static final int UNMODIFIABLE_MAP = 51;

    static final int REFERENCE = 64;
    static final int LAMBDA = 65;

    private Tag() {}

    static boolean isMap(int tag) {
        return tag >= HASH_MAP;
    }
}
