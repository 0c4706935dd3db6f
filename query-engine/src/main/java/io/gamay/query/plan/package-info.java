/** A query whose names and types are resolved: what servers do, and what the broker makes of it. */
@NullMarked
package io.gamay.query.plan;

import org.jspecify.annotations.NullMarked;
