package dev.backplane.shm;

import dev.backplane.store.ObjectCheck;
import dev.backplane.store.ObjectLook;
import java.util.Optional;

/// Checks an object of whatever type: the one place that says which check is which type's.
final class TypeCheck implements ObjectCheck {
    @Override
    public void check(ObjectLook look) {
        final int code = look.entry().type();
        final Optional<ObjectType> type = ObjectType.of(code);
        if (type.isEmpty()) {
            look.findings()
                    .note("type", "is of type " + code + ", which this library does not know", "use a newer library");
        } else if (type.get().layoutVersion() != look.entry().layoutVersion()) {
            look.findings()
                    .note(
                            "layout version",
                            "has layout version " + look.entry().layoutVersion() + ", this library knows "
                                    + type.get().layoutVersion(),
                            "use the library that wrote it");
        } else {
            check(type.get(), look);
        }
    }

    private static void check(ObjectType type, ObjectLook look) {
        switch (type) {
            case LOCK, EVENT, LATCH, ONCE, SEMAPHORE, CONDITION, READ_WRITE_LOCK, BARRIER, FAIR_LOCK ->
                PlainCheck.single(look);
            default -> {
                // What the first parameter is says the type's own check.
            }
        }
        switch (type) {
            case LATCH, SEMAPHORE, CONDITION, BARRIER, CHANNEL, VALUE, MAP, LIST, QUEUE -> {
                // What the second parameter is says the type's own check.
            }
            default -> PlainCheck.noSecond(look);
        }
        switch (type) {
            case LONG, DOUBLE, BOOLEAN -> PlainCheck.value(look, type);
            case BYTE_ARRAY, INT_ARRAY, LONG_ARRAY, FLOAT_ARRAY, DOUBLE_ARRAY -> PlainCheck.array(look, type);
            case LOCK -> WordCheck.lock(look);
            case EVENT -> WordCheck.event(look);
            case LATCH -> WordCheck.latch(look);
            case ONCE -> WordCheck.once(look);
            case SEMAPHORE -> SemaphoreCheck.check(look);
            case CONDITION -> ConditionCheck.check(look);
            case READ_WRITE_LOCK -> ReadWriteCheck.check(look);
            case BARRIER -> BarrierCheck.check(look);
            case FAIR_LOCK -> FairLockCheck.check(look);
            case CHANNEL -> ChannelCheck.check(look);
            case TOPIC -> TopicCheck.check(look);
            case VALUE -> VersionsCheck.check(look);
            case MAP -> MapCheck.check(look);
            case LIST -> ListCheck.check(look);
            case QUEUE -> QueueCheck.check(look);
        }
    }
}
