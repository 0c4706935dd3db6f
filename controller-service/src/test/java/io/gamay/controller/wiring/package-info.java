/** Doubts about how the controller is put together. */
@NullMarked
package io.gamay.controller.wiring;

import org.jspecify.annotations.NullMarked;
