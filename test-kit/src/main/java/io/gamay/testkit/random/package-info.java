/**
 * Property tests: many seeded cases, the seed of a failing one in its message. Cases come in as a
 * consumer of a {@link SeededRandom}; tests of every module call it.
 */
@NullMarked
package io.gamay.testkit.random;

import org.jspecify.annotations.NullMarked;
