/** How long a seal takes, and how small what it writes is. */
@NullMarked
package io.gamay.benchmarks.seal;

import org.jspecify.annotations.NullMarked;
