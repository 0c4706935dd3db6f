@NullMarked
package io.gamay.cluster.store;

import org.jspecify.annotations.NullMarked;
