package io.gamay.cluster.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.segment.CommitAttempt;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.store.StoredNode;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.schema.EncodingDecisions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ClusterFactsTest {

  private static final Instant NOW = Instant.parse("2026-08-21T18:34:00Z");
  private static final String TABLE = "rides-1";

  private final ClusterFacts facts = new ClusterFacts();

  @Test
  void anOnlineSegmentIsReadAgainOnlyOnceItsShardNamesAnotherObject() {
    SegmentName segment = new SegmentName("rides", 0, 3, "20260821T1834Z");
    SegmentName elsewhere = new SegmentName("rides", 1, 3, "20260821T1834Z");
    putShard(segment, 4, "");
    putShard(elsewhere, 4, "");
    String path = putOnline(segment);
    String other = putOnline(elsewhere);
    assertThat(facts.isFinal(path)).isTrue();

    putShard(segment, 5, "");
    assertThat(facts.isFinal(path)).as("members and successors change a shard").isTrue();
    putShard(segment, 6, "x/2");
    assertThat(facts.isFinal(path)).isFalse();
    assertThat(facts.isFinal(other)).isTrue();

    facts.allRead();
    assertThat(facts.isFinal(path)).isTrue();
    putShard(segment, 7, "x/2");
    assertThat(facts.isFinal(path)).isTrue();
    putShard(segment, 8, "x/3");
    assertThat(facts.isFinal(path)).isFalse();
  }

  @Test
  void whatAShardSaidIsKnownWhileItIsAway() {
    SegmentName segment = new SegmentName("rides", 0, 3, "20260821T1834Z");
    putShard(segment, 4, "x/2");
    facts.allRead();
    String path = putOnline(segment);
    facts.put(ClusterPaths.assignment(TABLE, ShardId.of(segment)), Optional.empty());
    putShard(segment, 0, "x/2");
    assertThat(facts.isFinal(path)).isTrue();
    facts.put(ClusterPaths.assignment(TABLE, ShardId.of(segment)), Optional.empty());
    putShard(segment, 0, "");
    assertThat(facts.isFinal(path)).isFalse();
  }

  @Test
  void aShardThatShowsLateMayTellOfAnObjectThatIsNotKnown() {
    SegmentName segment = new SegmentName("rides", 0, 3, "20260821T1834Z");
    String path = putOnline(segment);
    putShard(segment, 4, "x/2");
    assertThat(facts.isFinal(path)).isFalse();
  }

  /**
   * @param storedAgain empty: no object
   */
  private void putShard(SegmentName segment, int version, String storedAgain) {
    ShardId shard = ShardId.of(segment);
    facts.put(
        ClusterPaths.assignment(TABLE, shard),
        Optional.of(
            new StoredNode(
                ClusterJson.write(
                    new AssignmentShard(
                        shard,
                        Map.of(),
                        Optional.of(storedAgain).filter(key -> !key.isEmpty()),
                        Map.of())),
                version,
                0)));
  }

  private String putOnline(SegmentName segment) {
    SegmentMetadata online =
        SegmentMetadata.consuming(segment, 0, 1, 1, EncodingDecisions.DEFAULT, NOW)
            .committing(9, new CommitAttempt(1, "Server_1", NOW))
            .online(
                new StoredCopy(
                    TABLE + "/" + segment + "/1",
                    7,
                    10,
                    9,
                    new LedgerCounts(9, 0, 0, 0, 0),
                    List.of(),
                    Map.of()));
    String path = ClusterPaths.segment(TABLE, segment);
    facts.put(path, Optional.of(new StoredNode(ClusterJson.write(online), 2, 0)));
    return path;
  }
}
