/** Doubts about what is said of tables. */
@NullMarked
package io.gamay.controller.health;

import org.jspecify.annotations.NullMarked;
