/**
 * Mends what nothing else mends: compares what must be true of the cluster with what is, and writes
 * or asks for what is missing. Each kind of repair has a name and is counted. Called by the
 * leader's chores; what is decided is decided on metadata as it stands then, in fenced
 * transactions.
 */
@NullMarked
package io.gamay.controller.repair;

import org.jspecify.annotations.NullMarked;
