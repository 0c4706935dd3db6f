@NullMarked
package io.gamay.cluster.instance;

import org.jspecify.annotations.NullMarked;
