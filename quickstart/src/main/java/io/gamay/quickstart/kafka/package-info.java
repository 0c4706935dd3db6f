/**
 * A real Kafka broker inside this JVM, and the topics it is asked to hold. In: addresses and
 * directories; out: a bootstrap address. The only place that knows Kafka's internal classes.
 */
@NullMarked
package io.gamay.quickstart.kafka;

import org.jspecify.annotations.NullMarked;
