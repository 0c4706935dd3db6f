@NullMarked
package io.gamay.cluster.layout;

import org.jspecify.annotations.NullMarked;
