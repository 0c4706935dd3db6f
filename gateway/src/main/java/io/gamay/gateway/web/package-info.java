/** Forwards requests to the process picked for them, and the gateway's own answers. */
@NullMarked
package io.gamay.gateway.web;

import org.jspecify.annotations.NullMarked;
