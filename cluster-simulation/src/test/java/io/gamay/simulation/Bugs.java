package io.gamay.simulation;

import io.gamay.cluster.commit.CommitAnswer;
import io.gamay.cluster.commit.CommitReport;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.store.StoredNode;
import io.gamay.ingest.commit.CommitReporter;
import java.util.List;
import java.util.Optional;

/** Bugs to be planted, each in the place of a collaborator that works. */
enum Bugs implements Mutation {

  /** A decision is written by whoever made it, in office or not. */
  FENCE_SKIPPED {
    @Override
    public MetadataStore decisions(MetadataStore store) {
      return new ChangedWrites(
          store,
          operations ->
              operations.stream()
                  .filter(
                      operation ->
                          !(operation instanceof Operation.Check check
                              && check.path().equals(ClusterPaths.LEADER_EPOCH)))
                  .toList());
    }
  },

  /** A segment is ended one offset before its successor starts. */
  WRONG_END {
    @Override
    public MetadataStore decisions(MetadataStore store) {
      return new ChangedWrites(
          store, operations -> operations.stream().map(Bugs::withWrongEnd).toList());
    }
  },

  /** A server that is told to hold takes where it stands for the end. */
  HOLD_TAKEN_FOR_KEEP {
    @Override
    public CommitReporter reports(CommitReporter reporter) {
      return report ->
          reporter
              .report(report)
              .thenApply(
                  answer ->
                      answer.kind() == CommitAnswer.Kind.HOLD
                              && report instanceof CommitReport.Consumed consumed
                          ? new CommitAnswer(
                              CommitAnswer.Kind.KEEP,
                              answer.segment(),
                              consumed.position(),
                              1,
                              answer.epoch())
                          : answer);
    }
  };

  private static boolean isSegment(String path) {
    return path.startsWith(ClusterPaths.SEGMENTS + "/");
  }

  private static Operation withWrongEnd(Operation operation) {
    if (!(operation instanceof Operation.Put put) || !isSegment(put.path())) {
      return operation;
    }
    SegmentMetadata segment = ClusterJson.read(put.data(), SegmentMetadata.class);
    boolean isT1 =
        segment.state() == SegmentState.COMMITTING
            && segment.attempt().orElseThrow().number() == 1
            && segment.offsets().size() > 1;
    return isT1
        ? new Operation.Put(
            put.path(),
            ClusterJson.write(
                segment.committing(segment.offsets().end() - 1, segment.attempt().orElseThrow())),
            put.version())
        : operation;
  }

  /** A store that writes other operations than it is given. */
  private static final class ChangedWrites implements MetadataStore {

    private final MetadataStore store;
    private final Change change;

    interface Change {
      List<Operation> of(List<Operation> operations);
    }

    ChangedWrites(MetadataStore store, Change change) {
      this.store = store;
      this.change = change;
    }

    @Override
    public void commit(List<Operation> operations) {
      store.commit(change.of(operations));
    }

    @Override
    public Optional<StoredNode> get(String path) {
      return store.get(path);
    }

    @Override
    public List<String> children(String path) {
      return store.children(path);
    }

    @Override
    public void sync() {
      store.sync();
    }

    @Override
    public Registration watchNodes(String path, NodeListener onChange) {
      return store.watchNodes(path, onChange);
    }

    @Override
    public Registration onSession(SessionListener listener) {
      return store.onSession(listener);
    }

    @Override
    public long sessionId() {
      return store.sessionId();
    }

    @Override
    public LeaderCandidacy stand(String path, String id, LeadershipListener listener) {
      return store.stand(path, id, listener);
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
