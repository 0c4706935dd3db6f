/** Serialized sketches of the DataSketches library, read so that wrong bytes are told so. */
@NullMarked
package io.gamay.query.sketch;

import org.jspecify.annotations.NullMarked;
