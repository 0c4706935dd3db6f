/** Doubts about the deep store in HDFS. */
@NullMarked
package io.gamay.deepstore.hdfs;

import org.jspecify.annotations.NullMarked;
