package dev.backplane.store;

/// The bits of a 32-bit futex word with its owner in it.
///
/// ```
///     31          30           29                10 9              0
///    +-----------+------------+--------------------+----------------+
///    | CONTENDED | OWNER_DIED | generation         | slot + 1       |
///    +-----------+------------+--------------------+----------------+
/// ```
///
/// The low thirty bits, the *owner*, are the identity of a participant: its slot and the slot's generation.
/// Zero is nobody. Since the owner stands in the very word that is compared and set, there is no instant at
/// which the word is held and its holder unknown.
///
/// | word                     | meaning                                                              |
/// |--------------------------|----------------------------------------------------------------------|
/// | 0                        | free                                                                 |
/// | owner                    | held                                                                 |
/// | owner, CONTENDED         | held, and somebody may be asleep on the word                         |
/// | owner, OWNER_DIED        | held by one who took over from a dead owner and has not released yet |
/// | OWNER_DIED               | free, but what it guards may be half changed                         |
public final class OwnerWord {
    /// Somebody may be asleep on the word: who releases it must wake one.
    public static final int CONTENDED = 1 << 31;

    /// An owner died while it held the word, and nobody has made good what it guards since.
    public static final int OWNER_DIED = 1 << 30;

    static final int OWNER_MASK = OWNER_DIED - 1;
    private static final int SLOT_BITS = 10;
    private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;

    private OwnerWord() {}

    /// The identity of a participant as it stands in words.
    ///
    /// @param slot the participant's slot, from 0
    /// @param generation the slot's generation
    /// @return the owner bits, never 0
    public static int owner(int slot, int generation) {
        return (generation & ParticipantLayout.GENERATIONS - 1) << SLOT_BITS | slot + 1;
    }

    /// The owner bits of a word, 0 for nobody.
    ///
    /// @param word any word
    /// @return the word without its flags
    public static int ownerOf(int word) {
        return word & OWNER_MASK;
    }

    /// The slot of an owner.
    ///
    /// @param owner owner bits, or a whole word
    /// @return the slot, or -1 for nobody
    public static int slotOf(int owner) {
        return (owner & SLOT_MASK) - 1;
    }

    /// The generation of an owner.
    ///
    /// @param owner owner bits, or a whole word
    /// @return the generation of its slot
    public static int generationOf(int owner) {
        return (owner & OWNER_MASK) >>> SLOT_BITS;
    }

    /// A word in words, for messages and inspection.
    ///
    /// @param word any word
    /// @return for example `slot 3 generation 7, contended`
    public static String describe(int word) {
        final StringBuilder text = new StringBuilder();
        if (ownerOf(word) == 0) {
            text.append("free");
        } else {
            text.append("slot ").append(slotOf(word)).append(" generation ").append(generationOf(word));
        }
        if ((word & CONTENDED) != 0) {
            text.append(", contended");
        }
        if ((word & OWNER_DIED) != 0) {
            text.append(", owner died");
        }
        return text.toString();
    }
}
