/** Doubts about schemas and tables. */
@NullMarked
package io.gamay.controller.table;

import org.jspecify.annotations.NullMarked;
