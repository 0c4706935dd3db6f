/** Records to typed columns: decoders alone, and with what makes rows of their output. */
@NullMarked
package io.gamay.benchmarks.decode;

import org.jspecify.annotations.NullMarked;
