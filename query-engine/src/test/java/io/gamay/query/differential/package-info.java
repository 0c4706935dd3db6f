/**
 * Answers against other implementations: random queries over random tables, in any layout of their
 * rows, against a naive reading of the rows and against SQL databases. Nobody calls it.
 */
@NullMarked
package io.gamay.query.differential;

import org.jspecify.annotations.NullMarked;
