/**
 * Scenarios on a cluster of separate processes, seen from outside only: through Kafka, the REST
 * forms and the {@code gamay} command.
 */
@NullMarked
package io.gamay.it;

import org.jspecify.annotations.NullMarked;
