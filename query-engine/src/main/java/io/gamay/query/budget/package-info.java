/** What a query may use; everything that works for a query checks it between blocks. */
@NullMarked
package io.gamay.query.budget;

import org.jspecify.annotations.NullMarked;
