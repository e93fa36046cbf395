/// Short programs to read first.
@NullMarked
package dev.backplane.examples;

import org.jspecify.annotations.NullMarked;
