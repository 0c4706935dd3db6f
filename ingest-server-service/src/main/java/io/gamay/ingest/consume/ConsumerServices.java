package io.gamay.ingest.consume;

import io.gamay.ingest.commit.CommitReporter;
import io.gamay.ingest.hosting.LeaseRegistry;
import io.gamay.ingest.hosting.LocalSegments;
import io.gamay.ingest.hosting.RetryPool;
import io.gamay.ingest.stream.StreamConnector;
import io.gamay.ingest.upload.SegmentUploader;
import io.gamay.segment.seal.SegmentSealer;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * What every consumer of a server works with.
 *
 * @param seals threads for sealing, so many at a time
 * @param uploads threads for uploading: a deep store that is slow holds up no seal
 * @param onChange asks for the state to be published soon
 * @param random spreads reports over time
 */
public record ConsumerServices(
    String instanceId,
    StreamConnector streams,
    BatchAssembler.Factory assemblers,
    LocalSegments local,
    LeaseRegistry leases,
    SegmentSealer sealer,
    SegmentUploader uploader,
    RetryPool seals,
    RetryPool uploads,
    CommitReporter reporter,
    ConsumptionLimits limits,
    Runnable onChange,
    InstantSource clock,
    RandomGenerator random) {}
