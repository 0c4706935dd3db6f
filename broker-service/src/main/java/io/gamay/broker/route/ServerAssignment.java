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
 * Which replica is asked for which parts.
 *
 * @param work by instance id
 * @param withoutReplica segments and tails that no live replica offers, for a person
 */
public record ServerAssignment(Map<String, ServerWork> work, List<String> withoutReplica) {

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
    List<String> withoutReplica = new ArrayList<>();
    long turn = spread;
    for (PartitionParts parts : partitions) {
      for (SealedSource sealed : parts.sealed()) {
        Optional<String> instance = pick(sealed.candidates(), avoid, turn++);
        if (instance.isEmpty()) {
          withoutReplica.add(sealed.segment().toString());
          continue;
        }
        workOf(work, instance.get())
            .sealed()
            .add(new SealedPart(sealed.segment().toString(), parts.partition(), sealed.dataCrc()));
      }
      parts
          .tail()
          .ifPresent(
              tail -> {
                Optional<String> instance = pick(tail.candidates(), avoid, 0);
                if (instance.isEmpty()) {
                  withoutReplica.add(
                      "partition %d from offset %d".formatted(parts.partition(), tail.from()));
                } else {
                  workOf(work, instance.get())
                      .tails()
                      .add(
                          tailPart(
                              tableId, parts.partition(), tail, instance.get(), marks, minOffsets));
                }
              });
    }
    return new ServerAssignment(work, withoutReplica);
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
