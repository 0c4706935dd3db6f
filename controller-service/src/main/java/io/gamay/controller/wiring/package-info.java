/** Puts the controller together: settings in, beans out. The one place that sees all rooms. */
@NullMarked
package io.gamay.controller.wiring;

import org.jspecify.annotations.NullMarked;
