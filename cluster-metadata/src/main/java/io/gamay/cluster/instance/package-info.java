/**
 * Processes of the cluster: how they register, live and vanish, and how they publish what they
 * serve.
 */
@NullMarked
package io.gamay.cluster.instance;

import org.jspecify.annotations.NullMarked;
