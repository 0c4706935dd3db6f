/** Kernels of the segment that is being fed: dictionaries, appends, matches, live postings. */
@NullMarked
package io.gamay.benchmarks.mutable;

import org.jspecify.annotations.NullMarked;
