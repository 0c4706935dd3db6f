/** What metadata holds of one segment: its name, state, offsets and stored copy. */
@NullMarked
package io.gamay.cluster.segment;

import org.jspecify.annotations.NullMarked;
