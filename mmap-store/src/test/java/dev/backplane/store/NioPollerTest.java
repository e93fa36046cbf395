package dev.backplane.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

final class NioPollerTest {
    /// A key that is cancelled by another thread right after somebody has found it valid.
    private static final class Cancelled extends SelectionKey {
        private int asked;

        @Override
        public SelectableChannel channel() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Selector selector() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isValid() {
            return true;
        }

        @Override
        public void cancel() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int interestOps() {
            throw new CancelledKeyException();
        }

        @Override
        public SelectionKey interestOps(int ops) {
            throw new CancelledKeyException();
        }

        @Override
        public int readyOps() {
            asked++;
            throw new CancelledKeyException();
        }
    }

    @Test
    void keyThatIsCancelledMeanwhileDoesNotEndThePoller() {
        final Cancelled key = new Cancelled();
        key.attach(new ArrayList<>());
        NioPoller.ready(key);
        assertEquals(1, key.asked);
    }
}
