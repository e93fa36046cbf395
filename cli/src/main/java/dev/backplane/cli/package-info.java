/// The `backplane` program.
@NullMarked
package dev.backplane.cli;

import org.jspecify.annotations.NullMarked;
