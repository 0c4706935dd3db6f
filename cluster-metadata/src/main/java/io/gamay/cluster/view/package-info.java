/** One immutable picture of the cluster, swapped whole when metadata changes. */
@NullMarked
package io.gamay.cluster.view;

import org.jspecify.annotations.NullMarked;
