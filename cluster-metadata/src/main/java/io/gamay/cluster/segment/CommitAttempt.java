package io.gamay.cluster.segment;

import java.time.Instant;

/**
 * Who is making the durable copy of a COMMITTING segment.
 *
 * @param number 1 for the first; only grows
 * @param committer instance id
 * @param deadline when the leader may pick another
 */
public record CommitAttempt(int number, String committer, Instant deadline) {}
