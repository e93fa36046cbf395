/// Python's values as bytes and back: its pickles, read and written without ever running what they name.
@NullMarked
package dev.backplane.pickle;

import org.jspecify.annotations.NullMarked;
