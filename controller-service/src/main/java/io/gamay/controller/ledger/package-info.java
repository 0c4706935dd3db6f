/**
 * Whether every offset is accounted for: a table's segments, what its consumers have read, and what
 * Kafka's logs hold come in; what agrees and what does not leaves. Nothing is changed here.
 */
@NullMarked
package io.gamay.controller.ledger;

import org.jspecify.annotations.NullMarked;
