/** What a query costs a server's processor, from its text on sealed segments. */
@NullMarked
package io.gamay.benchmarks.query;

import org.jspecify.annotations.NullMarked;
