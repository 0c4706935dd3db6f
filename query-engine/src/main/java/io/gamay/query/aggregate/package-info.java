/**
 * Blocks of docIds in, groups and their aggregation states out; called by the execution over one
 * segment.
 */
@NullMarked
package io.gamay.query.aggregate;

import org.jspecify.annotations.NullMarked;
