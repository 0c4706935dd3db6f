/** The gateway's own answers. */
@NullMarked
package io.gamay.gateway.web;

import org.jspecify.annotations.NullMarked;
