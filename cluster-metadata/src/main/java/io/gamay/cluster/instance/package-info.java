/** Processes of the cluster: how they register, live and vanish. */
@NullMarked
package io.gamay.cluster.instance;

import org.jspecify.annotations.NullMarked;
