/** The durable home of sealed segments. Objects are written once and never changed. */
@NullMarked
package io.gamay.deepstore;

import org.jspecify.annotations.NullMarked;
