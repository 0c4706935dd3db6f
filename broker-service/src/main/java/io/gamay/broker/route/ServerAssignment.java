package io.gamay.broker.route;

import io.gamay.broker.route.PartitionParts.SealedSource;
import io.gamay.broker.route.PartitionParts.TailSource;
import io.gamay.query.wire.ServerRequest.SealedPart;
import io.gamay.query.wire.ServerRequest.TailPart;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which replica is asked for which parts. A part that no live replica offers is in none.
 *
 * @param work by instance id
 * @param replaceable instances of whose parts each has another replica, that is not to be avoided
 */
public record ServerAssignment(Map<String, ServerWork> work, Set<String> replaceable) {

  /** The parts asked of one server. */
  public record ServerWork(List<SealedPart> sealed, List<TailPart> tails) {

    /** These parts among all, with their replicas. */
    public List<PartitionParts> among(List<PartitionParts> all) {
      Set<String> segments =
          sealed.stream().map(SealedPart::segmentName).collect(Collectors.toSet());
      Set<Integer> partitions = tails.stream().map(TailPart::partition).collect(Collectors.toSet());
      List<PartitionParts> own = new ArrayList<>();
      for (PartitionParts parts : all) {
        List<SealedSource> sources =
            parts.sealed().stream()
                .filter(source -> segments.contains(source.segment().toString()))
                .toList();
        Optional<TailSource> tail =
            parts.tail().filter(_ -> partitions.contains(parts.partition()));
        if (!sources.isEmpty() || tail.isPresent()) {
          own.add(new PartitionParts(parts.partition(), parts.from(), sources, List.of(), 0, tail));
        }
      }
      return own;
    }
  }

  /**
   * What a choice goes by.
   *
   * @param minOffsets what the query demands per partition
   * @param order of replicas
   * @param spread differs from query to query
   */
  public record Terms(
      String tableId,
      HighWaterMarks marks,
      Map<Integer, Long> minOffsets,
      ReplicaOrder order,
      long spread) {

    public Terms {
      minOffsets = Map.copyOf(minOffsets);
    }
  }

  /**
   * A tail goes to the first of its replicas, so that all brokers see the same counts; sealed
   * segments go where the picker says.
   */
  public static ServerAssignment choose(
      List<PartitionParts> partitions, Terms terms, ReplicaPicker picker) {
    Map<String, ServerWork> work = new LinkedHashMap<>();
    Set<String> irreplaceable = new HashSet<>();
    Map<Integer, String> tails = new LinkedHashMap<>();
    List<SealedSource> sources = new ArrayList<>();
    for (PartitionParts parts : partitions) {
      parts
          .tail()
          .flatMap(tail -> first(tail.candidates(), terms.order()))
          .ifPresent(instance -> tails.put(parts.partition(), instance));
      sources.addAll(parts.sealed());
    }
    IdentityHashMap<SealedSource, String> picked =
        picker.pick(sources, terms.order(), new HashSet<>(tails.values()), terms.spread());
    for (PartitionParts parts : partitions) {
      for (SealedSource source : parts.sealed()) {
        String instance = picked.get(source);
        if (instance != null) {
          workOf(work, instance)
              .sealed()
              .add(
                  new SealedPart(source.segment().toString(), parts.partition(), source.dataCrc()));
          note(irreplaceable, instance, source.candidates(), terms.order());
        }
      }
      String instance = tails.get(parts.partition());
      if (instance != null) {
        TailSource tail = parts.tail().orElseThrow();
        workOf(work, instance).tails().add(tailPart(parts.partition(), tail, instance, terms));
        note(irreplaceable, instance, tail.candidates(), terms.order());
      }
    }
    Set<String> replaceable = new HashSet<>(work.keySet());
    replaceable.removeAll(irreplaceable);
    return new ServerAssignment(work, replaceable);
  }

  /** Whether one server is asked for all parts: for none another one, or nobody. */
  public boolean isWholeOnOne(List<PartitionParts> partitions) {
    int sealed = partitions.stream().mapToInt(parts -> parts.sealed().size()).sum();
    long tails = partitions.stream().filter(parts -> parts.tail().isPresent()).count();
    return work.size() == 1
        && work.values().stream()
            .allMatch(only -> only.sealed().size() == sealed && only.tails().size() == tails);
  }

  private static TailPart tailPart(int partition, TailSource tail, String instance, Terms terms) {
    Optional<HighWaterMarks.Mark> mark = terms.marks().mark(terms.tableId(), partition);
    long minimumEnd =
        Math.max(
            mark.map(HighWaterMarks.Mark::high).orElse(0L),
            terms.minOffsets().getOrDefault(partition, 0L));
    boolean passEnd = mark.isEmpty() || !mark.get().instance().equals(instance);
    return new TailPart(partition, tail.from(), minimumEnd, passEnd);
  }

  private static Optional<String> first(List<String> candidates, ReplicaOrder order) {
    return order.best(candidates).stream().findFirst();
  }

  private static void note(
      Set<String> irreplaceable, String instance, List<String> candidates, ReplicaOrder order) {
    for (String other : candidates) {
      if (!other.equals(instance) && !order.avoid().contains(other)) {
        return;
      }
    }
    irreplaceable.add(instance);
  }

  private static ServerWork workOf(Map<String, ServerWork> work, String instance) {
    return work.computeIfAbsent(
        instance, _ -> new ServerWork(new ArrayList<>(), new ArrayList<>()));
  }
}
