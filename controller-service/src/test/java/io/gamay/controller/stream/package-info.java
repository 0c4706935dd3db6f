@NullMarked
package io.gamay.controller.stream;

import org.jspecify.annotations.NullMarked;
