/// Other JVMs: started with a lambda, joined, killed.
@NullMarked
package dev.backplane.process;

import org.jspecify.annotations.NullMarked;
