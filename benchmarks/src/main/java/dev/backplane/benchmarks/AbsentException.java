package dev.backplane.benchmarks;

/// There is no figure of a rival; the message is what its row says instead.
final class AbsentException extends Exception {
    private static final long serialVersionUID = 1;

    private static final int MOST_CHARACTERS = 160;

    private AbsentException(String message) {
        super(message);
    }

    /// What it needs is not installed: a compiler, an interpreter, a header, a library.
    static AbsentException notHere() {
        return new AbsentException(Figure.NOT_HERE);
    }

    /// It is there, but does not do what it should.
    ///
    /// @param errors what it wrote to its standard error, of which the first line is told
    /// @param otherwise what is told if that was nothing
    static AbsentException failed(String errors, String otherwise) {
        final String line = errors.lines()
                .map(text -> text.replace('|', '/').trim())
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse(otherwise);
        return new AbsentException("failed: " + line.substring(0, Math.min(MOST_CHARACTERS, line.length())));
    }

    /// What the row says.
    String reason() {
        return String.valueOf(getMessage());
    }
}
