/** Lets in as many queries as can be worked on; refuses the rest at once. */
@NullMarked
package io.gamay.broker.admit;

import org.jspecify.annotations.NullMarked;
