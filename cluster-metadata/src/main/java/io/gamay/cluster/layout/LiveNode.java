package io.gamay.cluster.layout;

/**
 * Says that an instance is up.
 *
 * @param incarnation names one life of the process: the store session that it first registered in.
 *     It stays when the session expires and the process registers again, and differs after a
 *     restart
 */
public record LiveNode(long incarnation) {}
