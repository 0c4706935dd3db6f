@NullMarked
package io.gamay.cluster.table;

import org.jspecify.annotations.NullMarked;
