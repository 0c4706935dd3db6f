/**
 * Geometries as bytes, as text and as GeoJSON, and what is measured on a sphere. The shapes and
 * what is asked of them in the plane are the JTS library's. Knows no vectors and no functions.
 */
@NullMarked
package io.gamay.query.geo;

import org.jspecify.annotations.NullMarked;
