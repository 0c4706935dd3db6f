package io.gamay.controller.table;

/**
 * A node's content, and the version to check when something is decided by it.
 *
 * @param version as the store counts it
 */
public record Versioned<T>(T value, int version) {}
