/// Counting the words of mapped files, slice by slice, in bounded memory.
///
/// A [Slice] of a file is counted by a [WordCounter] into [WordCounts], which are merged and ranked.
/// Slices need no coordination: the essay in [WordCounter] shows why each word is counted exactly once wherever
/// slices begin.
@NullMarked
package dev.backplane.cli.wordcount;

import org.jspecify.annotations.NullMarked;
