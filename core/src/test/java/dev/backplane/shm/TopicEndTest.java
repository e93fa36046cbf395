package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.backplane.Manager;
import dev.backplane.SharedTopic.Subscription;
import dev.backplane.store.Abandonment;
import dev.backplane.store.OwnerWord;
import dev.backplane.store.Region;
import dev.backplane.store.SegmentOptions;
import dev.backplane.store.testing.Eventually;
import dev.backplane.store.testing.Mortality;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/// The end of a topic, behind which nothing is published.
@NullUnmarked
final class TopicEndTest extends TwoAttachments {
    private static final int CAPACITY = 1024;

    private static SegmentTopic<String> topic(Manager manager) throws IOException {
        return (SegmentTopic<String>) manager.topic("t", String.class, CAPACITY);
    }

    /// The section of a topic, as another publisher enters it.
    private static Section section(Region region) {
        return new Section(region.segment(), region.memory(), TopicLayout.SECTION.offset(), () -> {});
    }

    private static void awaitContention(Region region) {
        Eventually.holds(
                "somebody waits for the section",
                () -> (TopicLayout.SECTION.getAcquire(region.memory(), 0) & OwnerWord.CONTENDED) != 0);
    }

    @Test
    void whoWaitsToPublishWhileTheTopicEndsIsRefused() throws Exception {
        final SegmentTopic<String> topic = topic(mine);
        final Subscription<String> subscription = topic.subscribe();
        final Region region = topic(theirs).region();
        final Section section = section(region);
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            section.enter();
            final Future<?> publishing = threads.submit(() -> topic.publish("late"));
            try {
                awaitContention(region);
                TopicLayout.ENDED.setVolatile(region.memory(), 0, 1); // As who shuts it down does, in here.
            } finally {
                section.leave();
            }
            final Throwable refused =
                    assertThrows(ExecutionException.class, publishing::get).getCause();
            assertTrue(assertInstanceOf(IllegalStateException.class, refused)
                    .getMessage()
                    .contains("shut down"));
        }
        assertNull(subscription.receive());
        assertNull(subscription.poll());
    }

    @Test
    void whoShutsATopicDownWaitsForWhoPublishes() throws Exception {
        final SegmentTopic<String> topic = topic(mine);
        final Region region = topic(theirs).region();
        final Section section = section(region);
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            section.enter();
            final Future<?> ending = threads.submit(topic::shutdown);
            try {
                awaitContention(region);
                assertFalse(topic.isShutDown());
            } finally {
                section.leave();
            }
            ending.get();
        }
        assertTrue(topic.isShutDown());
        assertThrows(IllegalStateException.class, () -> topic.publish("late"));
    }

    @Test
    void whoDiesWhileItShutsATopicDownHasDoneSoOrNot() throws Exception {
        Abandonment.assumeSeen();
        boolean dies = true;
        for (int stores = 0; dies; stores++) {
            try (Manager survivor = Manager.open(directory.resolve("s" + stores), SegmentOptions.defaults())) {
                final SegmentTopic<String> topic = topic(survivor);
                final Subscription<String> subscription = topic.subscribe();
                final SegmentTopic<String> victim =
                        topic(Manager.open(directory.resolve("s" + stores), SegmentOptions.defaults()));
                victim.publish("before");
                dies = Mortality.diesBefore(stores, victim::shutdown);
                Abandonment.of(victim.region().segment());
                assertTrue(dies || topic.isShutDown());
                assertEquals("before", subscription.receive());
                if (topic.isShutDown()) {
                    assertThrows(IllegalStateException.class, () -> topic.publish("late"));
                } else {
                    topic.publish("on");
                    assertEquals("on", subscription.receive());
                }
                topic.shutdown();
                assertNull(subscription.receive());
            }
        }
    }
}
