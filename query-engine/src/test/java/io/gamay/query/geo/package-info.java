@NullMarked
package io.gamay.query.geo;

import org.jspecify.annotations.NullMarked;
