/** SQL text and options in, a plan over a table of the cluster's view out. */
@NullMarked
package io.gamay.broker.compile;

import org.jspecify.annotations.NullMarked;
