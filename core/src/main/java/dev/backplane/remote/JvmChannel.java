package dev.backplane.remote;

import dev.backplane.SharedChannel;
import dev.backplane.codec.CodecException;
import dev.backplane.pickle.PythonTuple;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A [SharedChannel] for clients that are JVMs. The thread that serves a connection has the channel's ends for it.
///
/// A message is shown to a client, and stays in the channel until the client says that its handler has returned.
///
/// **Client death.** Its ends are free; the message that it was shown is the next receiver's; what it had claimed
/// is dropped.
final class JvmChannel extends JvmReferent {
    private final SharedChannel channel;
    private final Map<Caller, Ends> callers = new ConcurrentHashMap<>();

    JvmChannel(SharedChannel channel) {
        super("channel");
        this.channel = channel;
    }

    /// What one caller has. Used by its thread only.
    private static final class Ends {
        /// Whether it was shown the next message, and has not said that it has it.
        private boolean shown;
        /// The lengths of its open claims.
        private final Map<Long, Integer> claims = new HashMap<>();
    }

    private Ends ends(Caller caller) {
        caller.holds(this);
        return callers.computeIfAbsent(caller, who -> new Ends());
    }

    @Override
    @Nullable
    Object perform(String method, Arguments arguments, Caller caller) throws InterruptedException {
        return switch (method) {
            case "send" -> {
                ends(caller);
                final byte[] message = bytes(arguments.take("message"));
                final MemorySegment source = MemorySegment.ofArray(message);
                yield caller.await(
                        left -> channel.send(source, 0, message.length, left, TimeUnit.NANOSECONDS), nanos(arguments));
            }
            case "sendValue" -> {
                ends(caller);
                final SharedChannel.Values<Encoded> values = values(arguments);
                final Encoded value = element(arguments);
                yield caller.await(left -> values.send(value, left, TimeUnit.NANOSECONDS), nanos(arguments));
            }
            case "next" -> {
                final boolean received = arguments.truth("received", false);
                yield next(ends(caller), received, caller, nanos(arguments));
            }
            case "nextValue" -> {
                final SharedChannel.Values<Encoded> values = values(arguments);
                yield nextValue(ends(caller), values, caller, nanos(arguments));
            }
            case "received" -> received(ends(caller));
            default -> performOther(method, arguments, caller);
        };
    }

    private @Nullable Object performOther(String method, Arguments arguments, Caller caller) {
        switch (method) {
            case "claim" -> {
                return claim(ends(caller), integer(arguments, "lengthBytes"));
            }
            case "commit" -> commit(ends(caller), PythonValues.index(arguments.take("claim")), arguments);
            case "abort" -> {
                final long claim = PythonValues.index(arguments.take("claim"));
                closed(ends(caller), claim);
                channel.abort(claim);
            }
            case "leave" -> {
                ends(caller).shown = false;
                channel.leave();
            }
            case "shutdown" -> channel.shutdown();
            case "isShutDown" -> {
                return channel.isShutDown();
            }
            case "hasReceiver" -> {
                return channel.hasReceiver();
            }
            case "hasSender" -> {
                return channel.hasSender();
            }
            case "usedBytes" -> {
                return (long) channel.usedBytes();
            }
            case "memoryBytes" -> {
                return channel.memory().byteSize();
            }
            default -> throw new UnknownMethodException(method, this);
        }
        return null;
    }

    private SharedChannel.Values<Encoded> values(Arguments arguments) {
        final String name = arguments.text("codec");
        return channel.values(new EncodedCodec(name, integer(arguments, "fixedLength")));
    }

    /// Shows the next message.
    ///
    /// @param received whether the one before is received by that
    /// @return its bytes; null if there is none, false if there never will be one, true if the one before was
    ///     not shown to this caller
    private @Nullable Object next(Ends ends, boolean received, Caller caller, long timeoutNanos)
            throws InterruptedException {
        if (received && !received(ends)) {
            return true;
        }
        final byte[][] message = new byte[1][];
        final SharedChannel.Handler copying = (memory, offset, lengthBytes) ->
                message[0] = memory.asSlice(offset, lengthBytes).toArray(ValueLayout.JAVA_BYTE);
        return shown(ends, caller, timeoutNanos, left -> {
            return channel.peek(copying, left, TimeUnit.NANOSECONDS) ? message[0] : null;
        });
    }

    /// The same for a value; one of another codec is received by being refused.
    private @Nullable Object nextValue(
            Ends ends, SharedChannel.Values<Encoded> values, Caller caller, long timeoutNanos)
            throws InterruptedException {
        return shown(ends, caller, timeoutNanos, left -> {
            try {
                return bytesOf(values.peek(left, TimeUnit.NANOSECONDS));
            } catch (CodecException e) {
                ends.shown = true;
                received(ends);
                throw e;
            }
        });
    }

    /// Looks at the next message.
    @FunctionalInterface
    private interface Look {
        byte @Nullable [] within(long nanos) throws InterruptedException;
    }

    private @Nullable Object shown(Ends ends, Caller caller, long timeoutNanos, Look look) throws InterruptedException {
        // Asked first: what was sent before the end is there then.
        final boolean ended = channel.isShutDown();
        final boolean over = ended && !channel.hasSender();
        final AtomicReference<byte @Nullable []> message = new AtomicReference<>();
        caller.await(
                left -> {
                    message.set(look.within(left));
                    return message.get() != null || channel.isShutDown();
                },
                timeoutNanos);
        final byte[] bytes = message.get();
        if (bytes != null) {
            ends.shown = true;
            return bytes;
        }
        return over || ended && channel.usedBytes() == 0 ? false : null;
    }

    /// Takes the message from the channel that was shown.
    private boolean received(Ends ends) {
        if (!ends.shown) {
            return false;
        }
        ends.shown = false;
        return channel.poll((memory, offset, lengthBytes) -> {}, 1) == 1;
    }

    private @Nullable PythonTuple claim(Ends ends, int lengthBytes) {
        final long claim = channel.tryClaim(lengthBytes);
        if (claim == SharedChannel.NO_ROOM) {
            return null;
        }
        ends.claims.put(claim, lengthBytes);
        return PythonTuple.of(claim, channel.offsetOf(claim));
    }

    private void commit(Ends ends, long claim, Arguments arguments) {
        final byte[] message = bytes(arguments.take("message"));
        final Integer length = ends.claims.get(claim);
        if (length != null && length != message.length) {
            throw new IllegalArgumentException("a message of " + message.length + " bytes for a claim of " + length
                    + " in channel " + channel.name());
        }
        closed(ends, claim);
        MemorySegment.copy(
                message, 0, channel.memory(), ValueLayout.JAVA_BYTE, channel.offsetOf(claim), message.length);
        channel.commit(claim);
    }

    private void closed(Ends ends, long claim) {
        if (ends.claims.remove(claim) == null) {
            throw new IllegalStateException("this connection has no claim " + claim + " in channel " + channel.name());
        }
    }

    @Override
    public boolean isHeldBy(Caller caller) {
        return callers.containsKey(caller);
    }

    @Override
    public void release(Caller caller) {
        final Ends ends = callers.remove(caller);
        if (ends != null) {
            ends.claims.keySet().forEach(channel::abort);
            channel.leave();
        }
    }
}
