package dev.backplane.stress;

import dev.backplane.Manager;
import dev.backplane.store.SegmentOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Shared objects of one kind for the states of a test: each state takes one that is as new. Its arbiter gives it back
/// as it was, if that can be done, since making one costs more than all that a state does.
///
/// Objects come from small segments, one after the other. Those with objects that nobody can give back are closed
/// when so many others have been made since that no state can have them any more.
final class Supply<T> {
    /// Makes an object of a name.
    interface Factory<T> {
        T make(Manager manager, String name) throws IOException;
    }

    private static final int OBJECTS = 1024;
    private static final int MOST_SEGMENTS = 64;

    private final Factory<T> factory;
    private final boolean givenBack;
    private final Queue<T> free = new ConcurrentLinkedQueue<>();
    private final Deque<Manager> managers = new ArrayDeque<>();
    private int made = OBJECTS;

    private Supply(boolean givenBack, Factory<T> factory) {
        this.givenBack = givenBack;
        this.factory = factory;
    }

    /// Of objects that are given back.
    static <T> Supply<T> of(Factory<T> factory) {
        return new Supply<>(true, factory);
    }

    /// Of objects that can be used only once.
    static <T> Supply<T> ofNew(Factory<T> factory) {
        return new Supply<>(false, factory);
    }

    T take() {
        final T object = free.poll();
        try {
            return object == null ? make() : object;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized T make() throws IOException {
        if (made == OBJECTS) {
            managers.add(Manager.anonymous("stress", SegmentOptions.defaults().withObjects(OBJECTS + 1)));
            made = 0;
            if (!givenBack && managers.size() > MOST_SEGMENTS) {
                managers.remove().close();
            }
        }
        return factory.make(managers.getLast(), "object-" + made++);
    }

    void giveBack(T object) {
        free.add(object);
    }
}
