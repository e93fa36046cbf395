package dev.backplane.cli.torture;

import dev.backplane.Manager;
import dev.backplane.SharedBarrier;
import dev.backplane.SharedCondition;
import dev.backplane.SharedEvent;
import dev.backplane.SharedLatch;
import dev.backplane.SharedLock;
import dev.backplane.SharedLong;
import dev.backplane.SharedOnce;
import dev.backplane.SharedQueue;
import dev.backplane.SharedReadWriteLock;
import dev.backplane.SharedSemaphore;
import dev.backplane.TimedLock;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/// A manager whose objects of one type do not do what they are for.
final class BrokenManager {
    private final Manager intact;
    private final Class<?> broken;

    private BrokenManager(Manager intact, Class<?> broken) {
        this.intact = intact;
        this.broken = broken;
    }

    static Manager of(Manager intact, Class<?> broken) {
        final BrokenManager manager = new BrokenManager(intact, broken);
        return proxy(Manager.class, (proxy, method, arguments) -> {
            final Object object = delegate(manager.intact, method, arguments);
            return method.getReturnType() == manager.broken ? breakIt(object) : object;
        });
    }

    private static Object breakIt(Object object) {
        return switch (object) {
            case SharedLock lock ->
                passing(SharedLock.class, lock, Set.of("lock", "lockInterruptibly", "tryLock", "unlock"));
            case SharedReadWriteLock lock ->
                proxy(
                        SharedReadWriteLock.class,
                        (proxy, method, arguments) -> Lock.class.isAssignableFrom(method.getReturnType())
                                ? passing(TimedLock.class, lock.readLock(), Set.of("lock", "tryLock", "unlock"))
                                : delegate(lock, method, arguments));
            case SharedSemaphore semaphore ->
                passing(
                        SharedSemaphore.class,
                        semaphore,
                        Set.of("acquire", "acquireUninterruptibly", "tryAcquire", "release"));
            case SharedCondition condition -> passing(SharedCondition.class, condition, Set.of("signal", "signalAll"));
            case SharedEvent event -> passing(SharedEvent.class, event, Set.of("await"));
            case SharedLatch latch -> passing(SharedLatch.class, latch, Set.of("await"));
            case SharedBarrier barrier -> passing(SharedBarrier.class, barrier, Set.of("await"));
            case SharedOnce once ->
                proxy(SharedOnce.class, (proxy, method, arguments) -> {
                    if (method.getName().equals("run")) {
                        ((Runnable) arguments[0]).run();
                        return true;
                    }
                    return delegate(once, method, arguments);
                });
            case SharedLong counter -> passing(SharedLong.class, counter, Set.of("getAndAdd", "incrementAndGet"));
            case SharedQueue<?> queue -> doubling(queue);
            default -> throw new IllegalArgumentException("do not know how to break " + object);
        };
    }

    /// A queue that gives each element twice, to those who do not wait for it.
    private static SharedQueue<?> doubling(SharedQueue<?> queue) {
        final AtomicReference<@Nullable Object> last = new AtomicReference<>();
        return proxy(SharedQueue.class, (proxy, method, arguments) -> {
            if (!method.getName().equals("poll")) {
                return delegate(queue, method, arguments);
            }
            final Object again = last.getAndSet(null);
            if (again != null) {
                return again;
            }
            final Object element = delegate(queue, method, arguments);
            last.set(element);
            return element;
        });
    }

    /// An object some of whose methods do nothing, and say that they did.
    private static <T> T passing(Class<T> type, T object, Set<String> names) {
        return proxy(type, (proxy, method, arguments) -> {
            if (!names.contains(method.getName())) {
                return delegate(object, method, arguments);
            }
            final Class<?> result = method.getReturnType();
            return result == boolean.class
                    ? (Object) true
                    : result == int.class ? (Object) 0 : result == long.class ? (Object) 0L : null;
        });
    }

    private static Object delegate(Object object, java.lang.reflect.Method method, Object... arguments)
            throws Throwable {
        try {
            method.setAccessible(true);
            return method.invoke(object, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
