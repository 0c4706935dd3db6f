/** How large a cluster may be: metadata of many servers, tables and segments. */
@NullMarked
package io.gamay.benchmarks.cluster;

import org.jspecify.annotations.NullMarked;
