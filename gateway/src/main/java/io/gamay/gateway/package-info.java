/** The public door. */
@NullMarked
package io.gamay.gateway;

import org.jspecify.annotations.NullMarked;
