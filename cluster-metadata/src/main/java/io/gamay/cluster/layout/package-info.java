/**
 * Where each fact of the cluster lives in the metadata tree, and how it is written there. Every
 * other room asks here for paths and JSON.
 */
@NullMarked
package io.gamay.cluster.layout;

import org.jspecify.annotations.NullMarked;
