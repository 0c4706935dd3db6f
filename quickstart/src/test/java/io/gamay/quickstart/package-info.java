@NullMarked
package io.gamay.quickstart;

import org.jspecify.annotations.NullMarked;
