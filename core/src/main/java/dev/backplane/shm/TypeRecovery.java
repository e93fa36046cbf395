package dev.backplane.shm;

import dev.backplane.store.ObjectRecovery;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.Region;
import dev.backplane.store.RobustWord;
import dev.backplane.store.Segment;
import dev.backplane.store.SegmentException;
import dev.backplane.store.Waiting;

/// Gives back what a dead participant held of an object of some type; idempotent, as its algorithms are.
///
/// One class with a switch, not an object bound to each algorithm: every attachment makes these, and a JVM's start
/// would pay a class for each, though it may never meet a death.
///
/// @param of the type
record TypeRecovery(ObjectType of) implements ObjectRecovery {
    @Override
    public int type() {
        return of.code();
    }

    @Override
    public String typeName() {
        return of.words();
    }

    @Override
    public void recover(Region region, int deadOwner) {
        try {
            giveBack(region, deadOwner);
        } catch (SegmentException e) {
            // A damaged object is refused to all who use it; the dead must not keep their slots for it.
            System.getLogger(TypeRecovery.class.getName())
                    .log(System.Logger.Level.WARNING, "what a dead process left is not put in order", e);
        }
    }

    @Override
    public void awaitOwnThreads(Region region) {
        try {
            switch (of) {
                case TOPIC, VALUE, MAP, LIST ->
                    giveBack(region, region.segment().self());
                case QUEUE -> new QueueRecovery(region).awaitOwnThreads();
                default -> {} // No function of the user's runs while one of these is changed.
            }
        } catch (SegmentException _) {
            // The sweep that follows comes upon it too, and tells of it.
        }
    }

    private void giveBack(Region region, int deadOwner) {
        switch (of) {
            // The bytes are whatever the dead one last stored, each element whole: there is nothing to give back.
            case LONG, DOUBLE, BOOLEAN, BYTE_ARRAY, INT_ARRAY, LONG_ARRAY, FLOAT_ARRAY, DOUBLE_ARRAY, EVENT, LATCH -> {}
            case LOCK -> free(region, LockLayout.WORD_OFFSET, deadOwner);
            case ONCE -> free(region, OnceLayout.WORD.offset(), deadOwner);
            case TOPIC -> freeSection(region, TopicLayout.SECTION.offset(), deadOwner);
            case VALUE -> freeSection(region, VersionsLayout.SECTION.offset(), deadOwner);
            case FAIR_LOCK -> new FairWord(region).giveBackOf(deadOwner);
            case SEMAPHORE -> new Permits(region).giveBackOf(deadOwner);
            case CONDITION -> new ConditionQueue(region).giveBackOf(deadOwner);
            case READ_WRITE_LOCK -> new ReadWriteState(region).giveBackOf(deadOwner);
            case BARRIER -> new BarrierState(region).giveBackOf(deadOwner);
            case CHANNEL -> new ChannelState(region).giveBackOf(deadOwner);
            case QUEUE -> new QueueRecovery(region).giveBackOf(deadOwner);
            case MAP -> new MapTable(region).giveBackOf(deadOwner);
            case LIST -> new ListTable(region).giveBackOf(deadOwner);
        }
    }

    /// Frees the word of a section, in which the dead one may have been; the next one in there is told.
    private static void freeSection(Region region, long wordOffset, int deadOwner) {
        final Segment segment = region.segment();
        final RobustWord word = new RobustWord(segment, region.memory(), wordOffset);
        if (!Section.isLeaving(segment, deadOwner)) {
            word.abandon(deadOwner);
        } else if (OwnerWord.ownerOf(word.word()) == deadOwner) {
            word.giveBack(word.acquire(Waiting.byDefault())); // A thread of this process comes out by itself.
        }
    }

    /// Frees an owner word; the next owner is told.
    private static void free(Region region, long wordOffset, int deadOwner) {
        new RobustWord(region.segment(), region.memory(), wordOffset).abandon(deadOwner);
    }
}
