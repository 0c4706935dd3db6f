/**
 * DocId to dictId or value. Mutable forward indexes grow at their end under one writer; their views
 * are read by the columns of a segment, nobody else.
 */
@NullMarked
package io.gamay.segment.forward;

import org.jspecify.annotations.NullMarked;
