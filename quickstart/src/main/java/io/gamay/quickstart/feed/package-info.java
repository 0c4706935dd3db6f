/**
 * The live event stream of the quickstart: ride-hailing trips. In: a seed, a rate and a Kafka
 * address; out: records in the topic.
 */
@NullMarked
package io.gamay.quickstart.feed;

import org.jspecify.annotations.NullMarked;
