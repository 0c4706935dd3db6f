@NullMarked
package io.gamay.quickstart.feed;

import org.jspecify.annotations.NullMarked;
