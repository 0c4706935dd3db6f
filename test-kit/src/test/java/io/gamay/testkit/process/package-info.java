@NullMarked
package io.gamay.testkit.process;

import org.jspecify.annotations.NullMarked;
