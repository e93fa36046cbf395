package dev.backplane.benchmarks.message;

import java.io.IOException;
import java.io.Serializable;

/// One way for messages of one length, from one JVM to another: what each JVM opens its end of.
///
/// Every link copies a message twice, as an application would: from the sender's array into the link, and from there
/// into the receiver's.
@FunctionalInterface
interface Link extends Serializable {
    /// Opens this JVM's end.
    ///
    /// @param message what is sent, and where what is received is copied to
    /// @return the end, for one thread
    /// @throws IOException if a file cannot be opened
    End open(Message message) throws IOException;

    /// One end.
    interface End extends AutoCloseable {
        /// Sends a copy of the message if there is room.
        ///
        /// @return whether there was
        boolean trySend();

        /// Copies up to so many messages that have arrived, one over the other.
        ///
        /// @return how many there were
        int tryReceive(int most);

        /// Ends it.
        @Override
        default void close() {}

        /// Sends, spinning for room.
        default void send() {
            while (!trySend()) {
                Thread.onSpinWait();
            }
        }

        /// Receives one message, spinning for it.
        default void receive() {
            while (tryReceive(1) == 0) {
                Thread.onSpinWait();
            }
        }
    }
}
