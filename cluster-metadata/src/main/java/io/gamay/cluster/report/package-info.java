/** What servers tell of themselves when the controller or a person asks, as JSON. */
@NullMarked
package io.gamay.cluster.report;

import org.jspecify.annotations.NullMarked;
