package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.backplane.Manager;
import dev.backplane.OwnerDiedException;
import dev.backplane.SharedObject;
import dev.backplane.shm.DeathAtEachStore.Act;
import dev.backplane.store.Abandonment;
import dev.backplane.store.IntField;
import dev.backplane.store.Invariants;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.Segment;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Mortality;
import dev.backplane.store.testing.Mortality.Life;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;

/// A segment with a victim that is going to die in an operation, and two survivors, all attachments of this JVM, which
/// all have attached the object that it is about.
///
/// @param <T> what kind of object
final class Scene<T> {
    private static final long DEADLINE_SECONDS = 30;

    private final DeathAtEachStore<T> script;
    private final Path path;
    private final Life life;
    private final Manager mine;
    private final Manager theirs;
    private final Manager victims;
    private final T mineOfIt;
    private final T theirsOfIt;
    private final T victimsOfIt;
    private final List<FutureTask<?>> started = new ArrayList<>();
    private final List<FutureTask<Boolean>> waiting = new ArrayList<>();
    private final FutureTask<Void> setting;
    private final FutureTask<Void> curtain = new FutureTask<>(() -> null);
    private final FutureTask<Void> death;
    private final Thread victimThread;
    private volatile boolean completed;
    private boolean dead;
    private int lastWord;

    /// @param stores how many the victim makes in its operation
    Scene(DeathAtEachStore<T> script, Path path, long stores) throws Exception {
        this.script = script;
        this.path = path;
        this.life = Life.of(stores);
        this.mine = Manager.open(path, script.options);
        this.theirs = Manager.open(path, script.options);
        this.victims = Manager.open(path, script.options);
        this.mineOfIt = script.object.of(mine);
        this.theirsOfIt = script.object.of(theirs);
        this.victimsOfIt = script.object.of(victims);
        this.setting = new FutureTask<>(() -> {
            script.first.run(victimsOfIt);
            return null;
        });
        this.death = new FutureTask<>(() -> {
            setting.run();
            curtain.get();
            live();
            return null;
        });
        this.victimThread = Thread.ofPlatform().daemon().name("victim").unstarted(death);
    }

    /// Plays the script, and ends with nothing left.
    void play() throws Exception {
        try {
            victimThread.start();
            get(setting);
            script.given.run(this);
            curtain.run();
            script.meanwhile.run(this);
            get(death);
            script.check.run(this);
            leave();
        } finally {
            life.end();
            Files.deleteIfExists(path);
        }
    }

    /// Nothing is left of the dead, and the survivors leave in good order.
    private void leave() throws Exception {
        untilNobodyWaits();
        Invariants.checkSwept(survivor());
        theirs.close();
        mine.close();
        assertEquals(0, Invariants.participants(path), "all have left");
    }

    /// The victim's life, which ends with its operation at the latest.
    private void live() throws Exception {
        life.cutsOff(() -> {
            script.operation.run(victimsOfIt);
            completed = true;
        });
        killTheVictim();
    }

    /// Kills the victim if it is not dead yet: it makes no store from now on.
    synchronized void killTheVictim() {
        if (!dead) {
            dead = true;
            life.end();
            lastWord = script.lastWords.applyAsInt(victimsOfIt);
            Abandonment.of(segment(victims));
        }
    }

    /// The first survivor's object.
    T mine() {
        return mineOfIt;
    }

    /// The second survivor's object.
    T theirs() {
        return theirsOfIt;
    }

    /// The first survivor's attachment.
    Segment survivor() {
        return segment(mine);
    }

    /// The victim's thread.
    Thread victimThread() {
        return victimThread;
    }

    /// Whether the victim died only after its operation.
    boolean completed() {
        return completed;
    }

    /// The script's last words, taken down after the victim's last store and before anybody could know of its death.
    synchronized int lastWord() {
        return lastWord;
    }

    /// Waits until the victim waits, as `waits` tells, or is past that.
    void untilTheVictim(String what, BooleanSupplier waits) {
        Eventually.holds("the victim " + what, () -> death.isDone() || waits.getAsBoolean());
    }

    /// Starts a survivor's thread that waits for something, and ends by the end of the scene at the latest.
    void waits(Callable<Boolean> task) {
        waiting.add(start(task));
    }

    /// What one of those that wait came to, in the order in which they were started.
    boolean waited(int index) throws Exception {
        return get(waiting.get(index));
    }

    /// What the one that was started last came to.
    boolean waitedLast() throws Exception {
        return get(waiting.getLast());
    }

    /// Waits until the threads of all survivors have come to their end, so that what is counted then is counted at
    /// rest: a thread that was woken may still be about to go on.
    void untilNobodyWaits() throws Exception {
        for (FutureTask<?> future : started) {
            get(future);
        }
    }

    /// How many were started to wait.
    int waiting() {
        return waiting.size();
    }

    private <V> FutureTask<V> start(Callable<V> task) {
        final FutureTask<V> future = new FutureTask<>(task);
        started.add(future);
        Thread.ofPlatform().daemon().name("survivor").start(future);
        return future;
    }

    /// Runs a task of a survivor, which must come to its end.
    <V> V run(Callable<V> task) throws Exception {
        return get(start(task));
    }

    /// A further participant lives for some stores of an operation, and is dead then, and not swept yet.
    void dies(long stores, Act<T> operation) throws Exception {
        final Manager manager = Manager.open(path, script.options);
        final T object = script.object.of(manager);
        Mortality.diesBefore(stores, () -> operation.run(object));
        Abandonment.of(segment(manager));
    }

    /// A further participant dies while its threads are each in an operation of its own, and is not swept yet.
    ///
    /// @param ready whether they have come to where they are to die
    /// @param death how: it gets what kills the participant
    void dies(List<Act<T>> operations, BooleanSupplier ready, Act<Runnable> death) throws Exception {
        final Manager manager = Manager.open(path, script.options);
        final T object = script.object.of(manager);
        final Life all = Life.endless();
        for (Act<T> operation : operations) {
            waits(() -> all.cutsOff(() -> operation.run(object)));
        }
        Eventually.holds("another one is ready to die", ready);
        death.run(() -> {
            all.end();
            Abandonment.of(segment(manager));
        });
    }

    /// The segment's path.
    Path path() {
        return path;
    }

    /// What a thread came to.
    private static <V> V get(FutureTask<V> future) throws Exception {
        try {
            return future.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("a thread is stuck", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /// The attachment of a manager.
    static Segment segment(Manager manager) {
        return ((SegmentManager) manager).segment();
    }

    /// A participant's slot.
    static int slotOf(SharedObject object) {
        return OwnerWord.slotOf(((SegmentObject) object).region().segment().self());
    }

    /// A field of an object.
    static int read(SharedObject object, IntField field) {
        return field.getVolatile(((SegmentObject) object).region().memory(), 0);
    }

    /// A slot's field of an object.
    static int read(SharedObject object, IntField field, int slot) {
        return field.getVolatile(((SegmentObject) object).region().memory(), PerSlot.intAt(slot));
    }

    /// Locks and unlocks.
    ///
    /// @return whether the lock was refused because an owner had died
    static boolean isRefused(Lock lock) {
        try {
            lock.lock();
        } catch (OwnerDiedException e) {
            return true;
        }
        lock.unlock();
        return false;
    }
}
