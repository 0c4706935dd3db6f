/**
 * What the cluster is told about consuming a table, beside its config: end segments now, pause, go
 * on. Stands in the table's node, where servers find it whenever they look.
 */
@NullMarked
package io.gamay.cluster.consumption;

import org.jspecify.annotations.NullMarked;
