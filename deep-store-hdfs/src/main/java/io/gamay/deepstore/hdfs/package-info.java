/**
 * A deep store in HDFS. Comes in by {@link io.gamay.deepstore.DeepStoreProvider}; nobody calls it
 * by name.
 */
@NullMarked
package io.gamay.deepstore.hdfs;

import org.jspecify.annotations.NullMarked;
