/**
 * A whole cluster on one thread in virtual time, by one seed: the deciding code of all services as
 * it is, on metadata, a stream and a deep store in memory, under faults.
 */
@NullMarked
package io.gamay.simulation;

import org.jspecify.annotations.NullMarked;
