package dev.backplane.cli.torture;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// What the lives of a while play together: a few primitives at a time, so that a life starts soon and meets
/// others at what it does; in turn all of them, in an order that is drawn anew each time.
final class Focus {
    private static final int AT_ONCE = 4;

    private final List<Integer> all;
    private final int livesEach;
    private final Random random;
    private final List<Integer> order = new ArrayList<>();
    private List<Integer> current;
    private int livesLeft;

    /// Begins with all of them.
    ///
    /// @param all numbers of scenarios
    /// @param livesEach how many lives a while lasts
    /// @param random draws the order
    Focus(List<Integer> all, int livesEach, Random random) {
        this.all = all;
        this.livesEach = livesEach;
        this.random = random;
        this.current = all;
        this.livesLeft = livesEach;
    }

    /// What the next life plays.
    List<Integer> next() {
        if (livesLeft == 0) {
            change();
            livesLeft = livesEach;
        }
        livesLeft--;
        return current;
    }

    private void change() {
        if (order.isEmpty()) {
            order.addAll(all);
            Collections.shuffle(order, random);
        }
        final List<Integer> head = order.subList(0, Math.min(AT_ONCE, order.size()));
        current = List.copyOf(head);
        head.clear();
    }
}
