/** Who is to host which segment, and in which state. */
@NullMarked
package io.gamay.cluster.assignment;

import org.jspecify.annotations.NullMarked;
