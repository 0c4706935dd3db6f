/** A filter in, blocks of the docIds that pass it out; called by the execution over one segment. */
@NullMarked
package io.gamay.query.filter;

import org.jspecify.annotations.NullMarked;
