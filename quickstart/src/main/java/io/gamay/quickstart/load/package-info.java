/**
 * Files into topics. In: a file in one of four formats; out: JSON records acknowledged by Kafka,
 * counted exactly.
 */
@NullMarked
package io.gamay.quickstart.load;

import org.jspecify.annotations.NullMarked;
