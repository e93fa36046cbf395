package dev.backplane.cli.torture;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.sequenceLayout;
import static java.lang.foreign.MemoryLayout.structLayout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Layout of a [Ledger]: the file in which workers write down what they do, and read what others do.
///
/// ```
///   header (4 KiB) | deaths | arms | cells | samples | findings | boards
///
///   header   0          8           16          24          32          40
///           +----------+-----------+-----------+-----------+-----------+- - - - -+
///           | stop i64 | stall i64 | samples   | findings  | deaths    | zero    |
///           +----------+-----------+-----------+-----------+-----------+- - - - -+
///   cell     0          8           16          24         32      40        48         128
///           +----------+-----------+-----------+----------+-------+---------+- - - - - -+
///           | word i64 | since i64 | ops   i64 | settled  | begun | session | zero      |
///           +----------+-----------+-----------+----------+-------+---------+- - - - - -+
///   word     63     48 47            16 15       8 7      0
///           +---------+----------------+----------+--------+
///           | life    | step           | amount   | phase  |
///           +---------+----------------+----------+--------+
///   board    0                    512                                            512 + 2^20 * 256
///           +--------------------+---------------+---------------+- - - - - - - -+
///           | 64 words           | session 0     | session 1     | …             |
///           +--------------------+---------------+---------------+- - - - - - - -+
/// ```
///
/// There is a death for each life (when it was condemned, 0 while it was not), an arm (whether its stores are counted
/// by now, at one of which it is to die), a cell for each seat of each
/// scenario, and a board for each scenario. The file is sparse: only what is used takes memory.
///
/// | field    | written by                                                          |
/// |----------|---------------------------------------------------------------------|
/// | stop, stall, arms | the parent                                                 |
/// | deaths, and their number | who is about to kill, before it does: the parent, or the life itself |
/// | cells    | the life in that seat; `settled` by whoever took over from it       |
/// | boards   | as the scenario says                                                |
final class LedgerLayout {
    static final int MOST_LIVES = 1 << 16;
    static final int MOST_SEATS = 16;
    static final int MOST_SCENARIOS = 32;
    static final int MOST_SAMPLES = 1 << 16;
    static final int MOST_FINDINGS = 64;
    static final int MOST_SESSIONS = 1 << 20;
    static final int BOARD_WORDS = 64;
    static final int SESSION_WORDS = 32;
    static final int FINDING_BYTES = 512;

    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final StructLayout HEADER = structLayout(
            WORD.withName("stop"),
            WORD.withName("stall"),
            WORD.withName("samples"),
            WORD.withName("findings"),
            WORD.withName("deaths"),
            paddingLayout(4096 - 40));
    private static final StructLayout CELL = structLayout(
            WORD.withName("word"),
            WORD.withName("since"),
            WORD.withName("operations"),
            WORD.withName("settled"),
            WORD.withName("begun"),
            WORD.withName("session"),
            paddingLayout(128 - 48));
    private static final StructLayout SAMPLE = structLayout(WORD.withName("scenario"), WORD.withName("nanos"));
    private static final StructLayout FINDING = structLayout(
            WORD.withName("length"),
            sequenceLayout(FINDING_BYTES - WORD.byteSize(), ValueLayout.JAVA_BYTE)
                    .withName("text"));
    private static final SequenceLayout SESSIONS = sequenceLayout(MOST_SESSIONS, sequenceLayout(SESSION_WORDS, WORD));
    private static final StructLayout BOARD =
            structLayout(sequenceLayout(BOARD_WORDS, WORD).withName("words"), SESSIONS.withName("sessions"));

    static final StructLayout LAYOUT = structLayout(
            HEADER.withName("header"),
            sequenceLayout(MOST_LIVES, WORD).withName("deaths"),
            sequenceLayout(MOST_LIVES, WORD).withName("arms"),
            sequenceLayout((long) MOST_SCENARIOS * MOST_SEATS, CELL).withName("cells"),
            sequenceLayout(MOST_SAMPLES, SAMPLE).withName("samples"),
            sequenceLayout(MOST_FINDINGS, FINDING).withName("findings"),
            sequenceLayout(MOST_SCENARIOS, BOARD).withName("boards"));

    static final long STOP = HEADER.byteOffset(groupElement("stop"));
    static final long STALL = HEADER.byteOffset(groupElement("stall"));
    static final long SAMPLE_COUNT = HEADER.byteOffset(groupElement("samples"));
    static final long FINDING_COUNT = HEADER.byteOffset(groupElement("findings"));
    static final long DEATH_COUNT = HEADER.byteOffset(groupElement("deaths"));

    static final long CELL_WORD = CELL.byteOffset(groupElement("word"));
    static final long CELL_SINCE = CELL.byteOffset(groupElement("since"));
    static final long CELL_OPERATIONS = CELL.byteOffset(groupElement("operations"));
    static final long CELL_SETTLED = CELL.byteOffset(groupElement("settled"));
    static final long CELL_BEGUN = CELL.byteOffset(groupElement("begun"));
    static final long CELL_SESSION = CELL.byteOffset(groupElement("session"));

    static final long SAMPLE_SCENARIO = SAMPLE.byteOffset(groupElement("scenario"));
    static final long SAMPLE_NANOS = SAMPLE.byteOffset(groupElement("nanos"));
    static final long FINDING_LENGTH = FINDING.byteOffset(groupElement("length"));
    static final long FINDING_TEXT = FINDING.byteOffset(groupElement("text"));

    private LedgerLayout() {}

    static long death(int life) {
        return at("deaths", life, MOST_LIVES, WORD);
    }

    static long arm(int life) {
        return at("arms", life, MOST_LIVES, WORD);
    }

    static long cell(int scenario, int seat) {
        return at("cells", scenario * MOST_SEATS + seat, MOST_SCENARIOS * MOST_SEATS, CELL);
    }

    static long sample(int index) {
        return at("samples", index, MOST_SAMPLES, SAMPLE);
    }

    static long finding(int index) {
        return at("findings", index, MOST_FINDINGS, FINDING);
    }

    static long board(int scenario) {
        return at("boards", scenario, MOST_SCENARIOS, BOARD);
    }

    /// From the beginning of a board.
    static long boardWord(int index) {
        return WORD.byteSize() * checked(index, BOARD_WORDS);
    }

    /// From the beginning of a board.
    static long sessionWord(long session, int index) {
        return BOARD.byteOffset(groupElement("sessions"))
                + SESSIONS.elementLayout().byteSize() * checked((int) session, MOST_SESSIONS)
                + WORD.byteSize() * checked(index, SESSION_WORDS);
    }

    private static long at(String part, int index, int count, MemoryLayout element) {
        return LAYOUT.byteOffset(groupElement(part)) + checked(index, count) * element.byteSize();
    }

    private static long checked(int index, int count) {
        if (index < 0 || index >= count) {
            throw new IndexOutOfBoundsException("ledger has " + count + " of these, not number " + index);
        }
        return index;
    }
}
