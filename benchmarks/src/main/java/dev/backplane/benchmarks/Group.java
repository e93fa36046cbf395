package dev.backplane.benchmarks;

import java.util.List;

/// Some comparisons that are measured together.
interface Group {
    /// What `--only` calls it.
    String name();

    /// Measures.
    ///
    /// @param rivals the figures of programs in other languages
    /// @param quick whether to be done in seconds, with noisier figures
    /// @return the comparisons
    /// @throws Exception if something fails that should not
    List<Row> measure(Rivals rivals, boolean quick) throws Exception;
}
