package io.gamay.cluster.layout;

/**
 * The number of the leadership in office; fences every controller write.
 *
 * @param number 1 for the first leader; one more with each that takes office
 * @param owner instance id of the controller that took office
 */
public record LeaderEpoch(long number, String owner) {}
