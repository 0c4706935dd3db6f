package io.gamay.broker.route;

import io.gamay.broker.route.PartitionParts.SealedSource;
import io.gamay.broker.route.PartitionParts.TailSource;
import io.gamay.query.wire.ServerRequest.SealedPart;
import io.gamay.query.wire.ServerRequest.TailPart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which replica is asked for which parts. A part that no live replica offers is in none.
 *
 * @param work by instance id
 */
public record ServerAssignment(Map<String, ServerWork> work) {

  /** The parts asked of one server. */
  public record ServerWork(List<SealedPart> sealed, List<TailPart> tails) {}

  /**
   * Sealed segments are spread over their replicas; a tail goes to the first one, so that all
   * brokers see the same counts.
   *
   * @param spread differs from query to query
   * @param avoid instances that just failed: asked only where nobody else can be
   * @param minOffsets what the query demands per partition
   */
  public static ServerAssignment choose(
      String tableId,
      List<PartitionParts> partitions,
      HighWaterMarks marks,
      Map<Integer, Long> minOffsets,
      Set<String> avoid,
      long spread) {
    Map<String, ServerWork> work = new LinkedHashMap<>();
    long turn = spread;
    for (PartitionParts parts : partitions) {
      for (SealedSource sealed : parts.sealed()) {
        var part = new SealedPart(sealed.segment().toString(), parts.partition(), sealed.dataCrc());
        pick(sealed.candidates(), avoid, turn++)
            .ifPresent(instance -> workOf(work, instance).sealed().add(part));
      }
      parts
          .tail()
          .ifPresent(
              tail ->
                  pick(tail.candidates(), avoid, 0)
                      .ifPresent(
                          instance ->
                              workOf(work, instance)
                                  .tails()
                                  .add(
                                      tailPart(
                                          tableId,
                                          parts.partition(),
                                          tail,
                                          instance,
                                          marks,
                                          minOffsets))));
    }
    return new ServerAssignment(work);
  }

  /** Whether one server is asked for all parts: for none another one, or nobody. */
  public boolean isWholeOnOne(List<PartitionParts> partitions) {
    int sealed = partitions.stream().mapToInt(parts -> parts.sealed().size()).sum();
    long tails = partitions.stream().filter(parts -> parts.tail().isPresent()).count();
    return work.size() == 1
        && work.values().stream()
            .allMatch(only -> only.sealed().size() == sealed && only.tails().size() == tails);
  }

  private static TailPart tailPart(
      String tableId,
      int partition,
      TailSource tail,
      String instance,
      HighWaterMarks marks,
      Map<Integer, Long> minOffsets) {
    Optional<HighWaterMarks.Mark> mark = marks.mark(tableId, partition);
    long minimumEnd =
        Math.max(
            mark.map(HighWaterMarks.Mark::high).orElse(0L), minOffsets.getOrDefault(partition, 0L));
    boolean passEnd = mark.isEmpty() || !mark.get().instance().equals(instance);
    return new TailPart(partition, tail.from(), minimumEnd, passEnd);
  }

  private static Optional<String> pick(List<String> candidates, Set<String> avoid, long turn) {
    List<String> fresh = candidates.stream().filter(instance -> !avoid.contains(instance)).toList();
    List<String> choice = fresh.isEmpty() ? candidates : fresh;
    return choice.isEmpty()
        ? Optional.empty()
        : Optional.of(choice.get((int) Math.floorMod(turn, (long) choice.size())));
  }

  private static ServerWork workOf(Map<String, ServerWork> work, String instance) {
    return work.computeIfAbsent(
        instance, _ -> new ServerWork(new ArrayList<>(), new ArrayList<>()));
  }
}
