/** Doubts about who hosts what. */
@NullMarked
package io.gamay.controller.assignment;

import org.jspecify.annotations.NullMarked;
