/**
 * Who hosts which segment. Partitions that Kafka has become consuming segments here, and live
 * servers their members. Called when tables are made and by the leader's chores.
 */
@NullMarked
package io.gamay.controller.assignment;

import org.jspecify.annotations.NullMarked;
