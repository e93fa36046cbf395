package dev.backplane.cli.torture;

import dev.backplane.Manager;
import java.io.IOException;
import java.util.function.Consumer;

/// One primitive under torture: what each life does with it again and again, and what must hold.
///
/// One more primitive is one more class like this, and a line in [Scenarios].
interface Scenario {
    /// What the command line and the report call it.
    ///
    /// @return a word
    String name();

    /// A life joins in, on a thread of its own.
    ///
    /// @param manager of the life's own attachment
    /// @param stage where it plays
    /// @return its part
    /// @throws IOException if an object cannot be attached
    Part join(Manager manager, Stage stage) throws IOException;

    /// Looks at what is left when every life has ended, killed or not.
    ///
    /// @param manager of an attachment that is the only one
    /// @param ledger what the lives have written down
    /// @param scenario this one's number in the ledger
    /// @param violation gets what does not hold
    /// @throws IOException if an object cannot be attached
    /// @throws InterruptedException if interrupted
    void audit(Manager manager, Ledger ledger, int scenario, Consumer<String> violation)
            throws IOException, InterruptedException;

    /// What one life does.
    @FunctionalInterface
    interface Part {
        /// Does one operation, and judges it.
        ///
        /// @throws IOException if an object cannot be attached
        /// @throws InterruptedException if interrupted
        void act() throws IOException, InterruptedException;
    }
}
