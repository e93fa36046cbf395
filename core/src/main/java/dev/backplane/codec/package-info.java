/// How values become bytes that another process understands.
@NullMarked
package dev.backplane.codec;

import org.jspecify.annotations.NullMarked;
