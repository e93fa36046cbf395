/// Worker JVMs that are killed at random moments while they use every synchroniser, and an oracle that judges what
/// the others see.
///
/// What is judged is in a segment; what judges is in a [dev.backplane.cli.torture.Ledger], a plain mapped file that
/// shares no code with segments.
@NullMarked
package dev.backplane.cli.torture;

import org.jspecify.annotations.NullMarked;
