package io.gamay.segment.format;

import io.gamay.segment.schema.IndexDecisions;

/**
 * Which data the indexes of a sidecar file belong to, and which indexes those are.
 *
 * @param dataCrc of the sealed file
 * @param indexes that the sidecar holds
 */
public record SidecarIdentity(
    String segmentName, int dataCrc, int docCount, IndexDecisions indexes) {}
