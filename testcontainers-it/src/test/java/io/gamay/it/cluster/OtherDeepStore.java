package io.gamay.it.cluster;

import java.net.URI;

/**
 * A deep store that is no directory, for all members of a cluster.
 *
 * @param classPath of the module that opens it, as {@code GAMAY_CLASSPATH} would have it
 */
public record OtherDeepStore(URI uri, String classPath) {}
