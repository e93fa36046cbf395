package dev.backplane.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.backplane.ListOptions;
import dev.backplane.SharedList;
import dev.backplane.codec.Codec;
import dev.backplane.codec.CodecException;
import dev.backplane.codec.CodecInput;
import dev.backplane.codec.CodecOutput;
import dev.backplane.codec.Codecs;
import dev.backplane.store.testing.Refusal;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// What is done at the ends of a list, and by places that are counted from its end.
@NullUnmarked
final class ListEndsTest extends TwoAttachments {
    private static final int ELEMENTS = 9;

    /// Strings, before the next of which is written somebody else does something.
    private static final class Overtaken implements Codec<String> {
        private static final Codec<String> STRINGS = Codecs.of(String.class);
        private Runnable others = () -> {};

        @Override
        public void encode(String value, CodecOutput out) {
            final Runnable now = others;
            others = () -> {};
            now.run();
            STRINGS.encode(value, out);
        }

        @Override
        public String decode(CodecInput in) {
            return STRINGS.decode(in);
        }

        @Override
        public String name() {
            return STRINGS.name();
        }
    }

    @Test
    void aPlaceFromTheEndIsWhereThatIsWhenTheListIsChanged() throws Exception {
        final Overtaken codec = new Overtaken();
        final List<String> reversed =
                mine.list("l", codec, ListOptions.elements(ELEMENTS)).reversed();
        final SharedList<String> other = theirs.list("l", String.class, ELEMENTS);
        other.addAll(List.of("a", "b", "c"));
        codec.others = () -> other.remove("c");
        reversed.addFirst("x");
        assertEquals(List.of("a", "b", "x"), other);
        codec.others = () -> other.add(0, "z");
        assertEquals("x", reversed.set(0, "y"));
        assertEquals(List.of("z", "a", "b", "y"), other);
        codec.others = () -> other.add("w");
        assertTrue(reversed.addAll(1, List.of("2", "1")));
        assertEquals(List.of("z", "a", "b", "y", "1", "2", "w"), other);
        for (int index : new int[] {-1, 7, Integer.MIN_VALUE}) {
            final String of = "index " + index + " of l in";
            Refusal.of(IndexOutOfBoundsException.class, () -> reversed.get(index), of);
            Refusal.of(IndexOutOfBoundsException.class, () -> reversed.set(index, "x"), of);
            Refusal.of(IndexOutOfBoundsException.class, () -> reversed.remove(index), of);
        }
        Refusal.of(IndexOutOfBoundsException.class, () -> reversed.add(8, "x"), "index 8 of l in");
        Refusal.of(IndexOutOfBoundsException.class, () -> other.add(-1, "x"), "index -1 of l in");
    }

    @Test
    void whatIsAddedAndRemovedInFrontDoesNotChangeTheLast() throws Exception {
        final SharedList<String> in = mine.list("l", String.class, ELEMENTS);
        final SharedList<String> out = theirs.list("l", String.class, ELEMENTS);
        in.add("last");
        final AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            final Future<?> writer = threads.submit(() -> {
                while (!over.get()) {
                    out.addFirst("x");
                    out.addFirst("y");
                    out.remove("x");
                    out.remove("y");
                }
            });
            try {
                for (int i = 0; i < 100_000; i++) {
                    assertEquals("last", in.getLast());
                    assertEquals("last", in.reversed().get(0));
                }
            } finally {
                over.set(true);
            }
            writer.get();
        }
    }

    @Test
    void theLastElementIsTakenAwayWithoutALookAtTheOthers() throws Exception {
        final int elements = 100_000;
        final SharedList<String> list = mine.list("l", String.class, elements);
        list.addAll(Collections.nCopies(elements, "x"));
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long before = threads.getCurrentThreadAllocatedBytes();
        assertEquals("x", list.removeLast());
        assertEquals("x", list.remove(elements - 2));
        assertEquals("x", list.reversed().removeFirst());
        assertEquals("x", list.reversed().remove(0));
        final long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < (long) elements * Long.BYTES, () -> allocated + " bytes for four elements");
        assertEquals(elements - 4, list.size());
        list.addAll(List.of("1", "2", "3", "4"));
        assertEquals(List.of("x", "1", "2", "3", "4"), list.subList(elements - 5, elements));
    }

    @Test
    void bytesThatAreNullAreNoElement() throws Exception {
        final ListOptions options = ListOptions.elements(ELEMENTS).withElementBytes(16);
        final SharedList<Object> list = mine.list("l", Codecs.tagged(), options);
        theirs.list("l", new NullWriter(), options).add("x");
        final List<Executable> reads = List.of(
                list::getFirst,
                list::getLast,
                () -> list.get(0),
                () -> list.reversed().get(0),
                () -> list.contains("x"),
                () -> list.remove("x"),
                list::iterator);
        for (Executable read : reads) {
            Refusal.of(CodecException.class, read, "l in", "null", "damaged");
        }
        list.clear();
        list.add("x");
        assertEquals(List.of("x"), list);
    }
}
