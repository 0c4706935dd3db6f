/**
 * What Kafka says of topics: how many partitions, at which offsets to begin. The only room of the
 * controller that knows Kafka. Called when tables are made and when partitions are looked for.
 */
@NullMarked
package io.gamay.controller.stream;

import org.jspecify.annotations.NullMarked;
