/**
 * Why a table is not green. The view, what servers report, what Kafka's log holds and what the
 * leader remembers come in; findings leave, each with a reason, since when, what happens by itself
 * and what a person could do. Judging is a pure function; only the leader keeps since when.
 */
@NullMarked
package io.gamay.controller.health;

import org.jspecify.annotations.NullMarked;
