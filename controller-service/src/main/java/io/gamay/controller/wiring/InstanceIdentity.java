package io.gamay.controller.wiring;

/**
 * Who this process is.
 *
 * @param id instance id
 * @param host under which others reach it
 */
record InstanceIdentity(String id, String host) {}
