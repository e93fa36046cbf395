package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.SegmentDirectoryExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToIntFunction;

/// A script that is played once for each store of a victim's operation, in a [Scene] of its own: the victim dies in
/// place of that store; and once more with the victim dying after the last one.
///
/// ```java
/// DeathAtEachStore.with(directory, manager -> manager.lock("lock"))
///         .first(lock -> …)         // the victim, before the operation
///         .given(scene -> …)        // the survivors, before it
///         .of(lock -> …)            // the operation
///         .meanwhile(scene -> …)    // the survivors, while it is under way
///         .leaves(scene -> …);      // the survivors, when the victim is dead
/// ```
///
/// @param <T> what kind of object the victim dies with
final class DeathAtEachStore<T> {
    /// What somebody does.
    @FunctionalInterface
    interface Act<A> {
        void run(A with) throws Exception;
    }

    /// How somebody attaches the object that it is about.
    @FunctionalInterface
    interface Attaching<T> {
        T of(Manager manager) throws Exception;
    }

    /// Scenes are played side by side, since most of their time is sleep.
    private static final int AT_ONCE = 20;

    /// More stores than any operation makes.
    private static final int MOST_STORES = 3_000;

    final Attaching<T> object;
    SegmentOptions options = SegmentOptions.defaults().withSize(1 << 20).withObjects(32);
    Act<T> first = object -> {};
    Act<Scene<T>> given = scene -> {};
    Act<T> operation = object -> {};
    Act<Scene<T>> meanwhile = scene -> {};
    Act<Scene<T>> check = scene -> {};
    ToIntFunction<T> lastWords = object -> 0;

    private final SegmentDirectoryExtension directory;

    private DeathAtEachStore(SegmentDirectoryExtension directory, Attaching<T> object) {
        this.directory = directory;
        this.object = object;
    }

    static <T> DeathAtEachStore<T> with(SegmentDirectoryExtension directory, Attaching<T> object) {
        return new DeathAtEachStore<>(directory, object);
    }

    /// Limits the table of participants, of whom there are three to begin with.
    DeathAtEachStore<T> participants(int most) {
        options = options.withParticipants(most);
        return this;
    }

    /// What the victim does before the operation, by the thread that will die.
    DeathAtEachStore<T> first(Act<T> act) {
        first = act;
        return this;
    }

    /// What the survivors do after that.
    DeathAtEachStore<T> given(Act<Scene<T>> act) {
        given = act;
        return this;
    }

    /// The operation that the victim dies in.
    DeathAtEachStore<T> of(Act<T> act) {
        operation = act;
        return this;
    }

    /// What the survivors do while the operation is under way.
    DeathAtEachStore<T> meanwhile(Act<Scene<T>> act) {
        meanwhile = act;
        return this;
    }

    /// What is read between the victim's last store and its death.
    DeathAtEachStore<T> lastWords(ToIntFunction<T> word) {
        lastWords = word;
        return this;
    }

    /// Plays it all.
    ///
    /// @param survivors what they find when the victim is dead
    void leaves(Act<Scene<T>> survivors) throws Exception {
        check = survivors;
        int deaths = 0;
        try (ExecutorService scenes = Executors.newFixedThreadPool(AT_ONCE)) {
            for (int from = 0; deaths == from; from += AT_ONCE) {
                assertTrue(from < MOST_STORES, "an operation without end");
                final List<Callable<Boolean>> wave = new ArrayList<>();
                for (int stores = from; stores < from + AT_ONCE; stores++) {
                    final int last = stores;
                    wave.add(() -> completes(last));
                }
                for (Future<Boolean> scene : scenes.invokeAll(wave)) {
                    deaths += outcome(scene) ? 0 : 1;
                }
            }
        }
        assertTrue(deaths > 0, "an operation without stores, in which nobody can die");
    }

    /// Plays it once, with a victim that lives until a survivor kills it.
    ///
    /// @param survivors what they find when the victim is dead
    void leavesWhenKilled(Act<Scene<T>> survivors) {
        check = survivors;
        assertTrue(!completes(Integer.MAX_VALUE), "the victim was killed in its operation");
    }

    private static boolean outcome(Future<Boolean> scene) throws InterruptedException {
        try {
            return scene.get();
        } catch (ExecutionException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    /// Whether the victim survived its operation.
    private boolean completes(int stores) {
        try {
            final Scene<T> scene = new Scene<>(this, directory.resolve("segment-" + stores), stores);
            scene.play();
            return scene.completed();
        } catch (Throwable e) {
            throw new AssertionError("with the victim cut off after " + stores + " stores: " + e, e);
        }
    }
}
