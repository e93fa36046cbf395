package dev.backplane.stress;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;

/// The tests that have more actors than two, which jcstress does not run where there are fewer processors than actors:
/// run plainly, with a thread for each actor, so that they are tried there too.
final class ThreeActorsTest {
    private static final int STATES = 20_000;

    static Stream<Class<?>> tests() {
        return Stream.of(
                        ListsStress.class,
                        LocksStress.class,
                        MessagesStress.class,
                        QueuesStress.class,
                        SignalsStress.class,
                        ValuesStress.class,
                        WordsStress.class)
                .<Class<?>>flatMap(group -> Arrays.stream(group.getDeclaredClasses()))
                .filter(type -> type.isAnnotationPresent(JCStressTest.class))
                .filter(type -> annotated(type, Actor.class).size() > 2);
    }

    private static List<Method> annotated(Class<?> type, Class<? extends java.lang.annotation.Annotation> by) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(by))
                .toList();
    }

    private static Set<String> allowed(Class<?> type) {
        return Arrays.stream(type.getAnnotationsByType(Outcome.class))
                .filter(outcome -> outcome.expect() == Expect.ACCEPTABLE)
                .flatMap(outcome -> Arrays.stream(outcome.id()))
                .collect(Collectors.toSet());
    }

    private static void call(Method method, Object state, Object result) throws ReflectiveOperationException {
        if (method.getParameterCount() == 0) {
            method.invoke(state);
        } else {
            method.invoke(state, result);
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // There may be fewer processors than actors: who is early must give way.
    @ParameterizedTest
    @MethodSource("tests")
    void nothingForbiddenHappens(Class<?> type) throws Exception {
        final List<Method> actors = annotated(type, Actor.class);
        final Class<?> resultType = actors.stream()
                .filter(actor -> actor.getParameterCount() == 1)
                .findFirst()
                .orElseThrow()
                .getParameterTypes()[0];
        final Map<String, Integer> outcomes = new TreeMap<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(actors.size())) {
            for (int i = 0; i < STATES; i++) {
                final Object state = type.getConstructor().newInstance();
                final Object result = resultType.getConstructor().newInstance();
                final AtomicInteger missing = new AtomicInteger(actors.size());
                final List<Future<?>> ends = new ArrayList<>();
                for (Method actor : actors) {
                    ends.add(threads.submit(() -> {
                        missing.decrementAndGet();
                        while (missing.get() > 0) {
                            Thread.yield();
                        }
                        call(actor, state, result);
                        return null;
                    }));
                }
                for (Future<?> end : ends) {
                    end.get();
                }
                for (Method arbiter : annotated(type, Arbiter.class)) {
                    call(arbiter, state, result);
                }
                outcomes.merge(result.toString(), 1, Integer::sum);
            }
        }
        System.out.println(type.getSimpleName() + " " + outcomes);
        assertTrue(allowed(type).containsAll(outcomes.keySet()), () -> type + " had " + outcomes);
    }
}
