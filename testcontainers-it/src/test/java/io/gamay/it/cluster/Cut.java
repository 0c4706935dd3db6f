package io.gamay.it.cluster;

import java.util.Set;

/**
 * One member of a cluster cannot hear some others, nor they it, while all of them run.
 *
 * @param member by its name, such as {@code server-1}
 * @param others by their names
 * @param isRefusing whether a connection that is made meanwhile is reset; else nobody answers it
 * @param isBreaking whether connections of before are reset when it ends; else what was sent
 *     meanwhile arrives then
 */
public record Cut(String member, Set<String> others, boolean isRefusing, boolean isBreaking) {
  public Cut {
    others = Set.copyOf(others);
    if (others.isEmpty() || others.contains(member)) {
      throw new IllegalArgumentException("%s cannot be cut off from %s".formatted(member, others));
    }
  }

  boolean separates(String one, String other) {
    return (one.equals(member) && others.contains(other))
        || (other.equals(member) && others.contains(one));
  }

  @Override
  public String toString() {
    return "%s from %s, new connections %s, old ones %s"
        .formatted(
            member,
            others.stream().sorted().toList(),
            isRefusing ? "are refused" : "hang",
            isBreaking ? "break at the end" : "go on at the end");
  }
}
