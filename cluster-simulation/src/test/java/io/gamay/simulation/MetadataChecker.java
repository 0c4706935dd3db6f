package io.gamay.simulation;

import io.gamay.cluster.assignment.AssignmentShard;
import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.commit.CommitAnswer;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.LeaderEpoch;
import io.gamay.cluster.layout.TableNode;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.MetadataStore.NodeChanges;
import io.gamay.cluster.store.StoredNode;
import io.gamay.segment.format.SegmentCorruptException;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.ledger.OffsetRange;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every write of the metadata in the moment in which it is made: offsets tile and ledgers
 * close as the log is (P1), what is ONLINE is stored as it is named (P4), and who decides is in
 * office.
 */
final class MetadataChecker {

  private final World world;
  private final MetadataStore observer;
  private final Map<Integer, NavigableMap<Integer, SegmentMetadata>> partitions = new TreeMap<>();
  private int commits;
  private int lossyCommits;
  private int laterAttempts;

  MetadataChecker(World world) {
    this.world = world;
    this.observer = world.tree.openSession(Runnable::run);
    var _ = observer.watchNodes("/", this::onChange);
  }

  /** By partition, then by sequence. */
  Map<Integer, NavigableMap<Integer, SegmentMetadata>> partitions() {
    return partitions;
  }

  NavigableMap<Integer, SegmentMetadata> partition(int partition) {
    return partitions.computeIfAbsent(partition, _ -> new TreeMap<>());
  }

  MetadataStore observer() {
    return observer;
  }

  int commits() {
    return commits;
  }

  int lossyCommits() {
    return lossyCommits;
  }

  /** Segments whose first committer did not finish. */
  int laterAttempts() {
    return laterAttempts;
  }

  /** The instances that a segment is assigned to, without leaving ones. */
  Set<String> members(String tableId, SegmentName segment) {
    AssignmentShard shard =
        ClusterJson.read(
            observer
                .get(ClusterPaths.assignment(tableId, ShardId.of(segment)))
                .orElseThrow()
                .data(),
            AssignmentShard.class);
    @Nullable SegmentAssignment assignment = shard.segments().get(segment);
    return assignment == null ? Set.of() : assignment.wanted().keySet();
  }

  /** Whether an offset is declared lost. */
  boolean isLost(int partition, long offset) {
    return partition(partition).values().stream()
        .flatMap(segment -> segment.stored().stream())
        .flatMap(copy -> copy.lost().stream())
        .anyMatch(range -> range.contains(offset));
  }

  /** An answer that changes a server speaks of what is written. */
  void check(CommitAnswer answer) {
    switch (answer.kind()) {
      case HOLD, NOT_LEADER -> {}
      case CATCH_UP, COMMIT, KEEP, DISCARD -> {
        @Nullable SegmentMetadata written =
            partition(answer.segment().partition()).get(answer.segment().sequence());
        if (written == null
            || !written.endOffset().equals(OptionalLong.of(answer.endOffset()))
            || answer.attempt() < 1
            || answer.attempt() > written.attempt().orElseThrow().number()) {
          world.fail("answer %s speaks of what is not written: %s".formatted(answer, written));
        }
      }
    }
  }

  private void onChange(NodeChanges changes) {
    Set<Integer> changed = new TreeSet<>();
    boolean isDecision = false;
    for (String path : new TreeSet<>(changes.paths())) {
      String[] parts = path.split("/", -1);
      boolean isAssignment = parts.length == 4 && parts[1].equals("assignment");
      if (parts.length == 5 && parts[1].equals("segments")) {
        take(path, parts[2], SegmentName.parse(parts[4]));
        changed.add(ShardId.parse(parts[3]).partition());
        isDecision = true;
      }
      isDecision |=
          isAssignment && observer.get(path).filter(node -> node.data().length > 0).isPresent();
    }
    changed.forEach(this::checkTiles);
    if (isDecision) {
      checkOffice();
    }
  }

  /** I4. */
  private void checkOffice() {
    String owner =
        observer
            .get(ClusterPaths.LEADER_EPOCH)
            .map(node -> ClusterJson.read(node.data(), LeaderEpoch.class).owner())
            .orElse("nobody");
    if (!owner.equals(world.writer())) {
      world.fail("%s decides while %s is in office".formatted(world.writer(), owner));
    }
  }

  private void take(String path, String tableId, SegmentName name) {
    Optional<StoredNode> node = observer.get(path);
    if (node.isEmpty()) {
      world.fail("segment %s is gone".formatted(name));
      return;
    }
    SegmentMetadata after = ClusterJson.read(node.get().data(), SegmentMetadata.class);
    @Nullable SegmentMetadata before = partition(name.partition()).put(name.sequence(), after);
    world.mix(path.hashCode() * 31L + node.get().version());
    world.mix(after.endOffset().orElse(-1) * 31 + after.state().name().hashCode());
    String writer = world.writer();
    world.note(() -> "%s writes %s".formatted(writer, brief(after)));
    checkStep(tableId, before, after);
  }

  static String brief(SegmentMetadata segment) {
    return "p%d s%d %s [%d, %s) v%d.%d %s"
        .formatted(
            segment.name().partition(),
            segment.name().sequence(),
            segment.state(),
            segment.startOffset(),
            segment.endOffset().isPresent() ? segment.endOffset().getAsLong() : "",
            segment.schemaVersion(),
            segment.configVersion(),
            segment.attempt().map(a -> a.number() + " " + a.committer()).orElse(""));
  }

  private void checkStep(String tableId, @Nullable SegmentMetadata before, SegmentMetadata after) {
    if (before == null) {
      checkFirst(tableId, after);
      return;
    }
    require(after.name().equals(before.name()), "one successor only", before, after);
    require(after.state().compareTo(before.state()) >= 0, "states go forward", before, after);
    require(after.startOffset() == before.startOffset(), "a start stays", before, after);
    require(
        after.schemaVersion() == before.schemaVersion()
            && after.configVersion() == before.configVersion()
            && after.encoding().equals(before.encoding()),
        "versions stay",
        before,
        after);
    if (before.endOffset().isPresent()) {
      require(after.endOffset().equals(before.endOffset()), "an end is set once", before, after);
      int attempts =
          after.attempt().orElseThrow().number() - before.attempt().orElseThrow().number();
      require(attempts == 0 || attempts == 1, "attempts grow by one", before, after);
    }
    require(before.stored().isEmpty(), "what is ONLINE stays", before, after);
    after.stored().ifPresent(copy -> checkCopy(after, copy));
  }

  private void checkFirst(String tableId, SegmentMetadata segment) {
    TableNode table =
        ClusterJson.read(
            observer.get(ClusterPaths.table(tableId)).orElseThrow().data(), TableNode.class);
    require(segment.state() == SegmentState.CONSUMING, "a segment begins CONSUMING", null, segment);
    require(
        segment.schemaVersion() == table.schemaVersion()
            && segment.configVersion() == table.configVersion(),
        "a segment begins under today's versions",
        null,
        segment);
  }

  private void checkCopy(SegmentMetadata segment, StoredCopy copy) {
    PartitionLog log = world.topic.partition(segment.name().partition());
    LedgerCounts expected = log.ledger(segment.offsets(), copy.lost());
    require(
        copy.ledger().equals(expected),
        "the ledger %s is the log's %s".formatted(copy.ledger(), expected),
        null,
        segment);
    require(copy.docCount() == copy.ledger().indexed(), "rows are indexed records", null, segment);
    require(
        copy.lost().stream().allMatch(range -> range.end() <= log.start()),
        "only what the stream has no more is lost",
        null,
        segment);
    Optional<SimulatedDeepStore.Stored> object = world.deepStore.object(copy.objectKey());
    require(
        object
            .filter(stored -> stored.dataCrc() == copy.dataCrc() && !stored.isCorrupt())
            .filter(stored -> stored.bytes().length == copy.sizeBytes())
            .isPresent(),
        "the named object is stored as it is named",
        null,
        segment);
    require(
        copy.objectKey().endsWith("/" + segment.attempt().orElseThrow().number()),
        "the object of the present attempt is named",
        null,
        segment);
    commits++;
    lossyCommits += copy.lost().isEmpty() ? 0 : 1;
    laterAttempts += segment.attempt().orElseThrow().number() > 1 ? 1 : 0;
  }

  private void checkTiles(int partition) {
    long next = -1;
    int sequence = 0;
    for (SegmentMetadata segment : partition(partition).values()) {
      boolean isLast = sequence == partition(partition).size() - 1;
      require(segment.name().sequence() == sequence, "sequences have no gap", null, segment);
      require(next < 0 || segment.startOffset() == next, "ranges join at " + next, null, segment);
      require(
          (segment.state() == SegmentState.CONSUMING) == isLast,
          "the last segment is CONSUMING, and no other",
          null,
          segment);
      if (segment.endOffset().isPresent()) {
        OffsetRange offsets = segment.offsets();
        require(!offsets.isEmpty(), "a segment has offsets", null, segment);
        require(
            offsets.end() <= world.topic.partition(partition).end(),
            "an end is in the log",
            null,
            segment);
        next = offsets.end();
      }
      sequence++;
    }
  }

  /** A file that a server shows has the offsets of its segment, and the bytes that it names. */
  void checkServed(String server, SegmentName name, ImmutableSegment file) {
    @Nullable SegmentMetadata segment = partition(name.partition()).get(name.sequence());
    if (segment == null || segment.endOffset().isEmpty()) {
      world.fail("%s has a file of %s, which has no end".formatted(server, name));
      return;
    }
    require(
        file.offsets().equals(segment.offsets()),
        "the file at %s has the segment's offsets: %s".formatted(server, file.offsets()),
        null,
        segment);
    try {
      file.verify();
    } catch (SegmentCorruptException corrupt) {
      world.fail("%s shows a corrupt file of %s: %s".formatted(server, name, corrupt));
    }
  }

  /** Objects that are named stay, whoever sweeps. */
  void checkObjects() {
    partitions.values().stream()
        .flatMap(segments -> segments.values().stream())
        .forEach(
            segment ->
                segment
                    .stored()
                    .ifPresent(
                        copy ->
                            require(
                                world
                                    .deepStore
                                    .object(copy.objectKey())
                                    .filter(stored -> stored.dataCrc() == copy.dataCrc())
                                    .isPresent(),
                                "the named object stays",
                                null,
                                segment)));
  }

  private void require(
      boolean holds, String what, @Nullable SegmentMetadata before, SegmentMetadata after) {
    if (!holds) {
      world.fail(
          "not so: %s; %s%s"
              .formatted(what, before == null ? "" : brief(before) + " -> ", brief(after)));
    }
  }
}
