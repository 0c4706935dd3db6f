/** The contract by which queries read a segment, mutable and sealed alike. */
@NullMarked
package io.gamay.segment.read;

import org.jspecify.annotations.NullMarked;
