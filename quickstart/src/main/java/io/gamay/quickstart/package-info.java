/**
 * Everything in one process: which ports, which directories, in which order things start and stop.
 * Called by the command; calls the rooms below it and the four services.
 */
@NullMarked
package io.gamay.quickstart;

import org.jspecify.annotations.NullMarked;
