@NullMarked
package io.gamay.query.offset;

import org.jspecify.annotations.NullMarked;
