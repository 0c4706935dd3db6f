/** Asks servers, with a deadline; asks once more for what did not come. */
@NullMarked
package io.gamay.broker.scatter;

import org.jspecify.annotations.NullMarked;
