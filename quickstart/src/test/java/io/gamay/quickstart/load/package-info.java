@NullMarked
package io.gamay.quickstart.load;

import org.jspecify.annotations.NullMarked;
