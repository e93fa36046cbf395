package dev.backplane.examples;

import dev.backplane.Manager;
import dev.backplane.QueueOptions;
import dev.backplane.QueueShutDownException;
import dev.backplane.SharedQueue;
import dev.backplane.codec.Codecs;

/// A queue between JVMs that know nothing of each other but its name: start `Orders take` in one terminal, more of
/// them in others, and then `Orders put`. One that takes may be killed at any time; the others go on.
public final class Orders {
    private Orders() {}

    /// What goes through the queue.
    ///
    /// @param fruit its name
    /// @param count how many
    public record Order(String fruit, int count) {}

    /// Puts orders, or takes them until there are no more.
    ///
    /// @param arguments `take` or `put`, and the segment's name, `orders` if there is none
    /// @throws Exception if something fails
    public static void main(String[] arguments) throws Exception {
        try (Manager manager = Manager.open(arguments.length < 2 ? "orders" : arguments[1])) {
            SharedQueue<Order> orders = manager.queue("orders", QueueOptions.of(100, Codecs.of(Order.class)));
            if (arguments[0].equals("put")) {
                for (int i = 1; i <= 5; i++) {
                    orders.put(new Order(i % 2 == 0 ? "apples" : "pears", i)); // Waits while it is full.
                }
                orders.shutdown(); // Who takes gets what was put, and then the end.
                return;
            }
            try {
                while (true) {
                    Order order = orders.take();
                    System.out.println(order.count() + " " + order.fruit());
                }
            } catch (QueueShutDownException e) {
                System.out.println("no more orders");
            }
        }
    }
}
