@NullMarked
package io.gamay.quickstart.console;

import org.jspecify.annotations.NullMarked;
