/**
 * A cluster of real processes under a test's control. In: what to start, kill and start again; out:
 * answers of its REST forms. Any scenario may call.
 */
@NullMarked
package io.gamay.it.cluster;

import org.jspecify.annotations.NullMarked;
