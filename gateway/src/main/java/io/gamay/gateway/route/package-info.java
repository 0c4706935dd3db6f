/** Which live process a request goes to. */
@NullMarked
package io.gamay.gateway.route;

import org.jspecify.annotations.NullMarked;
