package io.gamay.broker.route;

import io.gamay.broker.route.PartitionParts.SealedSource;
import io.gamay.cluster.table.RoutingConfig.AdaptiveSelector;
import io.gamay.cluster.table.RoutingConfig.InstanceSelector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Picks the replica that is asked for each sealed segment of a query. What nothing is against is
 * picked before the rest ({@link ReplicaOrder}). Immutable.
 *
 * @param selector how
 * @param adaptive whether {@link InstanceSelector#BALANCED} looks at servers
 * @param loads what it sees of them
 */
public record ReplicaPicker(
    InstanceSelector selector, AdaptiveSelector adaptive, ServerLoads loads) {

  /**
   * A source, by identity, to its replica; a source that nobody offers is not in it.
   *
   * @param asked servers that the query asks for other parts anyway
   * @param spread differs from query to query
   */
  IdentityHashMap<SealedSource, String> pick(
      List<SealedSource> sources, ReplicaOrder order, Set<String> asked, long spread) {
    return switch (selector) {
      case BALANCED ->
          adaptive == AdaptiveSelector.NO_OP
              ? inTurn(sources, order, spread)
              : leastLoaded(sources, order, spread);
      case REPLICA_GROUP -> ofOneGroup(sources, order, spread);
      case STRICT_REPLICA_GROUP -> ofOneWholeGroup(sources, order, spread);
      case MINIMAL_SERVER -> ofFewest(sources, order, asked, spread);
    };
  }

  // -- balanced

  private static IdentityHashMap<SealedSource, String> inTurn(
      List<SealedSource> sources, ReplicaOrder order, long spread) {
    IdentityHashMap<SealedSource, String> picked = new IdentityHashMap<>();
    long turn = spread;
    for (SealedSource source : sources) {
      List<String> offered = order.best(source.candidates());
      if (!offered.isEmpty()) {
        picked.put(source, offered.get((int) Math.floorMod(turn, (long) offered.size())));
      }
      turn++;
    }
    return picked;
  }

  /** What a server is given by this query counts like requests under way. */
  private IdentityHashMap<SealedSource, String> leastLoaded(
      List<SealedSource> sources, ReplicaOrder order, long spread) {
    Map<String, Double> scores = new HashMap<>();
    Map<String, Integer> given = new HashMap<>();
    IdentityHashMap<SealedSource, String> picked = new IdentityHashMap<>();
    long turn = spread;
    for (SealedSource source : sources) {
      List<String> offered = order.best(source.candidates());
      Optional<String> best = Optional.empty();
      double least = Double.POSITIVE_INFINITY;
      for (String instance : inOrderFrom(offered, turn)) {
        double score =
            scores.computeIfAbsent(instance, this::score) * (1 + given.getOrDefault(instance, 0));
        if (score < least) {
          least = score;
          best = Optional.of(instance);
        }
      }
      best.ifPresent(
          instance -> {
            picked.put(source, instance);
            given.merge(instance, 1, Integer::sum);
          });
      turn++;
    }
    return picked;
  }

  /** The lower the better; above 0, so that what a query gives a server counts. */
  private double score(String instance) {
    double waiting = loads.inFlight(instance) + 1.0;
    double millis = Math.max(loads.latencyNanos(instance) / 1e6, 0.01);
    return switch (adaptive) {
      case NO_OP -> 1;
      case NUM_INFLIGHT_REQ -> waiting;
      case LATENCY -> millis;
      case HYBRID -> waiting * waiting * waiting * millis;
    };
  }

  // -- replica groups

  private static IdentityHashMap<SealedSource, String> ofOneGroup(
      List<SealedSource> sources, ReplicaOrder order, long spread) {
    IdentityHashMap<SealedSource, String> picked = new IdentityHashMap<>();
    for (SealedSource source : sources) {
      List<String> offered = order.best(source.candidates());
      inOrderFrom(source.members(), spread).stream()
          .filter(offered::contains)
          .findFirst()
          .or(() -> offered.stream().findFirst())
          .ifPresent(instance -> picked.put(source, instance));
    }
    return picked;
  }

  private static List<String> inOrderFrom(List<String> members, long first) {
    int size = members.size();
    int start = size == 0 ? 0 : (int) Math.floorMod(first, (long) size);
    List<String> turned = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      turned.add(members.get((start + i) % size));
    }
    return turned;
  }

  /**
   * Segments of the same members go together, to one that serves all of them; where none does, each
   * is asked for where it is, for committed rows are the same everywhere.
   */
  private static IdentityHashMap<SealedSource, String> ofOneWholeGroup(
      List<SealedSource> sources, ReplicaOrder order, long spread) {
    Map<Set<String>, List<SealedSource>> sets = new LinkedHashMap<>();
    for (SealedSource source : sources) {
      sets.computeIfAbsent(new HashSet<>(source.members()), _ -> new ArrayList<>()).add(source);
    }
    IdentityHashMap<SealedSource, String> picked = new IdentityHashMap<>();
    for (List<SealedSource> together : sets.values()) {
      Optional<String> whole =
          inOrderFrom(together.getFirst().members(), spread).stream()
              .filter(order::isUsual)
              .filter(
                  instance -> together.stream().allMatch(s -> s.candidates().contains(instance)))
              .findFirst();
      if (whole.isPresent()) {
        together.forEach(source -> picked.put(source, whole.get()));
      } else {
        picked.putAll(ofOneGroup(together, order, spread));
      }
    }
    return picked;
  }

  // -- few servers

  /** Again and again the server that holds most of what is left; those asked anyway come first. */
  private static IdentityHashMap<SealedSource, String> ofFewest(
      List<SealedSource> sources, ReplicaOrder order, Set<String> asked, long spread) {
    Map<String, List<SealedSource>> held = new HashMap<>();
    for (SealedSource source : sources) {
      for (String instance : order.best(source.candidates())) {
        held.computeIfAbsent(instance, _ -> new ArrayList<>()).add(source);
      }
    }
    IdentityHashMap<SealedSource, String> picked = new IdentityHashMap<>();
    asked.stream().sorted().forEach(instance -> take(instance, held, picked));
    List<String> turns = inOrderFrom(held.keySet().stream().sorted().toList(), spread);
    while (!held.isEmpty()) {
      String most =
          turns.stream()
              .filter(held::containsKey)
              .max(Comparator.comparingInt(instance -> sizeOf(held.get(instance))))
              .orElseThrow();
      take(most, held, picked);
    }
    return picked;
  }

  private static int sizeOf(@Nullable Collection<SealedSource> held) {
    return held == null ? 0 : held.size();
  }

  private static void take(
      String instance,
      Map<String, List<SealedSource>> held,
      IdentityHashMap<SealedSource, String> picked) {
    List<SealedSource> taken = held.remove(instance);
    if (taken == null) {
      return;
    }
    taken.forEach(source -> picked.put(source, instance));
    Set<SealedSource> gone = Collections.newSetFromMap(new IdentityHashMap<>());
    gone.addAll(taken);
    held.values().forEach(left -> left.removeIf(gone::contains));
    held.values().removeIf(List::isEmpty);
  }
}
