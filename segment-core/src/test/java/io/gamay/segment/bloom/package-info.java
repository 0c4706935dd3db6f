@NullMarked
package io.gamay.segment.bloom;

import org.jspecify.annotations.NullMarked;
