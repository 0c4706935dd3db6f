/** Doubts about what is deleted. */
@NullMarked
package io.gamay.controller.retention;

import org.jspecify.annotations.NullMarked;
