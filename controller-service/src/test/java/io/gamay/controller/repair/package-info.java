/** Doubts about what is mended. */
@NullMarked
package io.gamay.controller.repair;

import org.jspecify.annotations.NullMarked;
