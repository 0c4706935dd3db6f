/** SQL in; routes, scatters, gathers; one answer out. */
@NullMarked
package io.gamay.broker;

import org.jspecify.annotations.NullMarked;
