package io.gamay.cluster.assignment;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The servers that were chosen for a table, as replica groups; a node in the store. The groups of a
 * kind have no server in common.
 *
 * @param byKind groups in the order of replicas, each in the order in which its servers are counted
 * @param unknown what a newer process wrote besides: it is kept whoever changes the rest
 */
public record InstanceGroups(
    Map<String, List<List<String>>> byKind,
    @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {

  public static final InstanceGroups NONE = new InstanceGroups(Map.of(), Map.of());

  /**
   * @throws IllegalArgumentException if a server is named twice for one kind
   */
  public InstanceGroups {
    Map<String, List<List<String>>> copy = new HashMap<>();
    byKind.forEach(
        (kind, groups) -> {
          Set<String> seen = new HashSet<>();
          for (List<String> group : groups) {
            for (String server : group) {
              if (!seen.add(server)) {
                throw new IllegalArgumentException(
                    "server %s is named twice for %s: its groups have no server in common"
                        .formatted(server, kind));
              }
            }
          }
          copy.put(kind, groups.stream().map(List::copyOf).toList());
        });
    byKind = Map.copyOf(copy);
    unknown = Map.copyOf(unknown);
  }

  public Optional<List<List<String>>> of(String kind) {
    return Optional.ofNullable(byKind.get(kind));
  }

  public InstanceGroups with(String kind, List<List<String>> groups) {
    Map<String, List<List<String>>> next = new HashMap<>(byKind);
    next.put(kind, groups);
    return new InstanceGroups(next, unknown);
  }

  /** Of no kind; what is unknown stays. */
  public InstanceGroups withoutAny() {
    return new InstanceGroups(Map.of(), unknown);
  }

  public InstanceGroups without(String kind) {
    Map<String, List<List<String>>> next = new HashMap<>(byKind);
    next.remove(kind);
    return new InstanceGroups(next, unknown);
  }
}
