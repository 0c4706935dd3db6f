package io.gamay.cluster.store;

/**
 * @param data owned by this node: neither side changes it
 * @param version 0 after creation, one more with each write
 * @param ephemeralOwner session that the node dies with, 0 for a persistent one
 */
public record StoredNode(byte[] data, int version, long ephemeralOwner) {}
