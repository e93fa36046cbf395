package dev.backplane.cli;

/// The end of a command that runs until it is told to end.
final class Termination {
    /// What closes what a command has open.
    @FunctionalInterface
    interface Closing {
        void close() throws Exception;
    }

    private Termination() {}

    /// Has SIGTERM and SIGINT close what is open, and end the program with exit code 0: so it was meant.
    static void closes(Closing closing) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            int code = 0;
            try {
                closing.close();
            } catch (Exception e) {
                System.err.println("backplane: " + e.getMessage());
                code = 1;
            }
            Runtime.getRuntime().halt(code);
        }));
    }
}
