/** What indexes cost and save: range, inverted, bloom. */
@NullMarked
package io.gamay.benchmarks.index;

import org.jspecify.annotations.NullMarked;
