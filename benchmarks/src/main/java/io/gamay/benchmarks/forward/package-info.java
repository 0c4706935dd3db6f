/** Kernels over packed integers. */
@NullMarked
package io.gamay.benchmarks.forward;

import org.jspecify.annotations.NullMarked;
