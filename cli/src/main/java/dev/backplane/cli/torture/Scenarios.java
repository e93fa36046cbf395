package dev.backplane.cli.torture;

import dev.backplane.LockOptions;
import java.util.ArrayList;
import java.util.List;

/// All that can be tortured; the place in the list is a scenario's number in the ledger.
final class Scenarios {
    private static final List<Scenario> ALL = List.of(
            new LockScenario("lock", (manager, ownerDeath) -> manager.lock("lock", ownerDeath)),
            new LockScenario(
                    "fair-lock",
                    (manager, ownerDeath) -> manager.lock(
                            "fair-lock", LockOptions.defaults().asFair().onOwnerDeath(ownerDeath))),
            new ReadWriteLockScenario(),
            SemaphoreScenario.unbounded(),
            SemaphoreScenario.owned(),
            new ConditionScenario(),
            new EventScenario(),
            new BarrierScenario(),
            new LatchScenario(),
            new OnceScenario(),
            new AtomicScenario(),
            new QueueScenario());

    private Scenarios() {}

    static List<String> names() {
        return ALL.stream().map(Scenario::name).toList();
    }

    static Scenario get(int number) {
        return ALL.get(number);
    }

    /// The numbers of scenarios, in the order of the list.
    ///
    /// @param names some names; all are meant if there are none
    /// @throws IllegalArgumentException for a name that is none
    static List<Integer> numbers(List<String> names) {
        final List<Integer> numbers = new ArrayList<>();
        for (String name : names) {
            if (!names().contains(name)) {
                throw new IllegalArgumentException(
                        "no primitive is called " + name + "; there are " + String.join(", ", names()));
            }
        }
        for (int number = 0; number < ALL.size(); number++) {
            if (names.isEmpty() || names.contains(ALL.get(number).name())) {
                numbers.add(number);
            }
        }
        return numbers;
    }
}
