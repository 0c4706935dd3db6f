/**
 * Schemas and tables: their texts come in, versioned nodes leave, one transaction per change. Also
 * what a deleted table leaves behind is swept here. Called by the web skin; read by every other
 * room.
 */
@NullMarked
package io.gamay.controller.table;

import org.jspecify.annotations.NullMarked;
