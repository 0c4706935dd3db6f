/** Doubts about who leads. */
@NullMarked
package io.gamay.controller.leader;

import org.jspecify.annotations.NullMarked;
