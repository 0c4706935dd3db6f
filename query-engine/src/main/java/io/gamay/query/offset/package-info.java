/**
 * Offsets that answers cover and queries ask for, per partition, and their form as one short text
 * that clients hand on. Known to servers' and brokers' rooms alike; knows none of them.
 */
@NullMarked
package io.gamay.query.offset;

import org.jspecify.annotations.NullMarked;
