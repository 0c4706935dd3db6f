/**
 * Asks servers, with a deadline; asks once more for what did not come; the threads that take in
 * what is large.
 */
@NullMarked
package io.gamay.broker.scatter;

import org.jspecify.annotations.NullMarked;
