package dev.backplane.remote;

import dev.backplane.Manager;
import dev.backplane.QueueOptions;
import dev.backplane.SharedChannel;
import dev.backplane.SharedQueue;
import dev.backplane.SharedStruct;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/// A client in a JVM of its own, which does what it is told.
final class RemoteClientMain {
    private RemoteClientMain() {}

    /// Runs it.
    ///
    /// @param args address and key
    public static void main(String[] args) throws Exception {
        final Manager manager = Manager.connect(args[0], args[1].getBytes(StandardCharsets.UTF_8));
        System.out.println("connected");
        final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(line + " " + answer(manager, line.split(" ")));
        }
    }

    private static void initialise(Manager manager, String name, CountDownLatch runs) {
        try {
            manager.once(name).run(() -> {
                runs.countDown();
                while (true) {
                    LockSupport.park();
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SharedChannel channel(Manager manager, String[] words) throws IOException {
        return manager.channel(words[1], RemoteDataContract.options(Boolean.parseBoolean(words[2])));
    }

    private static void waitFor(SharedChannel channel) {
        try {
            channel.receive((memory, offset, length) -> {});
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void count(SharedStruct<RemoteDataContract.Square> struct) {
        while (true) {
            struct.update(now -> new RemoteDataContract.Square(now.root() + 1, (now.root() + 1) * (now.root() + 1)));
        }
    }

    private static Object answer(Manager manager, String[] words) throws Exception {
        switch (words[0]) {
            case "lock" -> manager.lock(words[1]).lock();
            case "write" -> manager.readWriteLock(words[1]).writeLock().lock();
            case "acquire" -> manager.semaphore(words[1], 3).acquire(2);
            case "put" -> manager.<String>queue(words[1], 10).put(words[2]);
            case "take" -> {
                return manager.queue(words[1], 10).take();
            }
            case "takeOne" -> {
                final SharedQueue<Object> queue = manager.queue(
                        words[1], QueueOptions.<Object>capacity(10).asJoinable());
                return queue.take();
            }
            case "count" -> {
                return manager.map(words[1], String.class, Long.class, 10).merge(words[2], 1L, Long::sum);
            }
            case "initialise" -> {
                final CountDownLatch runs = new CountDownLatch(1);
                Thread.ofVirtual().start(() -> initialise(manager, words[1], runs));
                runs.await();
                return "runs";
            }
            case "receive" -> {
                final AtomicReference<String> message = new AtomicReference<>();
                channel(manager, words)
                        .receive((memory, offset, length) ->
                                message.set(RemoteDataContract.text(memory, offset, length)));
                return message.get();
            }
            case "handle" ->
                channel(manager, words).receive((memory, offset, length) -> {
                    System.out.println("handles " + RemoteDataContract.text(memory, offset, length));
                    while (true) {
                        LockSupport.park();
                    }
                });
            case "wait" -> {
                final SharedChannel channel = channel(manager, words);
                Thread.ofPlatform().daemon().start(() -> waitFor(channel));
                return "waits";
            }
            case "send" -> channel(manager, words).send(RemoteDataContract.bytes(words[3]));
            case "claim" -> channel(manager, words).tryClaim(10);
            case "subscribe" -> manager.topic(words[1], String.class, 1024).subscribe();
            case "publish" -> manager.topic(words[1], String.class, 1024).publish(words[2]);
            case "square" -> {
                final SharedStruct<RemoteDataContract.Square> struct =
                        manager.struct(words[1], RemoteDataContract.Square.class);
                Thread.ofPlatform().daemon().start(() -> count(struct));
                return "runs";
            }
            case "hang" -> {
                final AtomicReference<Throwable> failure = new AtomicReference<>();
                final Thread thread = Thread.ofVirtual().start(() -> {
                    try {
                        manager.barrier(words[1], 2).await();
                    } catch (Exception e) {
                        failure.set(e);
                    }
                });
                thread.join(100);
                return thread.isAlive() ? "waits" : failure.get();
            }
            default -> throw new IllegalArgumentException(words[0]);
        }
        return "done";
    }
}
