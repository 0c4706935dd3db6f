/**
 * What servers and the leading controller say to each other about the end of a consuming segment.
 */
@NullMarked
package io.gamay.cluster.commit;

import org.jspecify.annotations.NullMarked;
