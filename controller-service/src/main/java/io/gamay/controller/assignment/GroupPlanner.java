package io.gamay.controller.assignment;

import io.gamay.cluster.table.PlacementConfig.Grouping;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Who is in which replica group of one kind. Pure; the groups have no server in common. */
final class GroupPlanner {

  private static final Comparator<List<String>> SHORTEST_FIRST =
      Comparator.comparingInt(List::size);

  private GroupPlanner() {}

  /**
   * The groups as they are to be now: those that there are keep their servers in their places, but
   * for servers that are to be replaced and can be. Short groups take servers that are in none.
   *
   * @param present as they were written down; empty: there are none
   * @param servers that may be chosen, sorted
   */
  static List<List<String>> kept(
      Grouping grouping,
      int replication,
      Optional<List<List<String>>> present,
      List<String> servers,
      Predicate<String> isToBeReplaced) {
    int count = grouping.groups(replication);
    List<List<String>> groups = new ArrayList<>();
    present.orElse(List.of()).stream().limit(count).map(ArrayList::new).forEach(groups::add);
    int size = size(grouping, count, groups, servers.size());
    while (groups.size() < count) {
      groups.add(new ArrayList<>());
    }
    List<String> spares = sparesOf(servers, groups);
    for (List<String> group : groups) {
      for (int place = 0; place < group.size() && !spares.isEmpty(); place++) {
        if (isToBeReplaced.test(group.get(place))) {
          group.set(place, spares.removeFirst());
        }
      }
    }
    fill(groups, size, spares);
    return copy(groups);
  }

  /**
   * The groups made anew of the servers that there are, all of the same size, with as few changes
   * of place as that takes.
   */
  static List<List<String>> reassigned(
      Grouping grouping,
      int replication,
      Optional<List<List<String>>> present,
      List<String> servers) {
    int count = grouping.groups(replication);
    int even = Math.max(1, servers.size() / count);
    int size = grouping.serversPerGroup() == 0 ? even : Math.min(grouping.serversPerGroup(), even);
    Set<String> eligible = new HashSet<>(servers);
    List<List<Optional<String>>> places = new ArrayList<>();
    Set<String> staying = new HashSet<>();
    for (int number = 0; number < count; number++) {
      List<String> group =
          number < present.map(List::size).orElse(0)
              ? present.orElseThrow().get(number)
              : List.of();
      List<Optional<String>> kept = new ArrayList<>();
      for (int place = 0; place < size; place++) {
        Optional<String> server =
            place < group.size() ? Optional.of(group.get(place)) : Optional.empty();
        kept.add(server.filter(eligible::contains));
      }
      kept.forEach(server -> server.ifPresent(staying::add));
      places.add(kept);
    }
    List<String> spares =
        new ArrayList<>(servers.stream().filter(server -> !staying.contains(server)).toList());
    for (int place = 0; place < size; place++) {
      for (List<Optional<String>> group : places) {
        if (group.get(place).isEmpty() && !spares.isEmpty()) {
          group.set(place, Optional.of(spares.removeFirst()));
        }
      }
    }
    return places.stream().map(group -> group.stream().flatMap(Optional::stream).toList()).toList();
  }

  private static int size(Grouping grouping, int count, List<List<String>> groups, int servers) {
    if (grouping.serversPerGroup() > 0) {
      return grouping.serversPerGroup();
    }
    int longest = groups.stream().mapToInt(List::size).max().orElse(0);
    return longest > 0 ? longest : Math.max(1, servers / count);
  }

  private static List<String> sparesOf(List<String> servers, List<List<String>> groups) {
    Set<String> taken = new HashSet<>();
    groups.forEach(taken::addAll);
    return new ArrayList<>(servers.stream().filter(server -> !taken.contains(server)).toList());
  }

  /** The shortest group takes the next one; of equals the first. */
  private static void fill(List<List<String>> groups, int size, List<String> spares) {
    while (!spares.isEmpty()) {
      List<String> shortest = groups.stream().min(SHORTEST_FIRST).orElseThrow();
      if (shortest.size() >= size) {
        return;
      }
      shortest.add(spares.removeFirst());
    }
  }

  private static List<List<String>> copy(List<List<String>> groups) {
    return groups.stream().map(List::copyOf).toList();
  }
}
