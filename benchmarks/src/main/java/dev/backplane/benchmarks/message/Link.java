package dev.backplane.benchmarks.message;

import java.io.Serializable;

/// One way for messages of one length, from one JVM to another. Serializable, for the other JVM, which has an end of
/// its own.
///
/// Every link copies a message twice, as an application would: from the sender's array into the link, and from there
/// into the receiver's. Each begins with a number.
interface Link extends Serializable, AutoCloseable {
    /// Sends a copy of a message if there is room.
    ///
    /// @return whether there was
    boolean trySend(Message message);

    /// Copies a message that has arrived.
    ///
    /// @return whether there was one
    boolean tryReceive(Message message);

    /// Copies up to so many messages that have arrived, one over the other.
    ///
    /// @return how many there were
    default int receiveAll(Message message, int most) {
        int count = 0;
        while (count < most && tryReceive(message)) {
            count++;
        }
        return count;
    }

    /// Ends this end of it.
    @Override
    default void close() {}

    /// Sends, spinning for room.
    default void send(Message message) {
        while (!trySend(message)) {
            Thread.onSpinWait();
        }
    }

    /// Receives, spinning for a message.
    default void receive(Message message) {
        while (!tryReceive(message)) {
            Thread.onSpinWait();
        }
    }
}
