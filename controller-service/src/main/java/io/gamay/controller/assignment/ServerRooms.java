package io.gamay.controller.assignment;

import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.view.ClusterView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The room that servers have as one view shows it and as it was given away since. Looked at only
 * when it is asked for. Not thread-safe.
 */
final class ServerRooms {

  private final ClusterView view;
  private final Map<List<String>, ServerRoom> sealed = new HashMap<>();
  private final Map<List<String>, ServerRoom> unfinished = new HashMap<>();
  private @Nullable LoadBudget loading;

  ServerRooms(ClusterView view) {
    this.view = view;
  }

  ServerRoom forSealed(List<String> servers) {
    return sealed.computeIfAbsent(servers, these -> ServerRoom.ofSealed(view, these));
  }

  /** What they have to load, of all tables. */
  LoadBudget loading() {
    LoadBudget known = loading;
    if (known != null) {
      return known;
    }
    Set<String> live =
        view.liveInstances(InstanceRole.SERVER).stream()
            .map(server -> server.config().id())
            .collect(Collectors.toSet());
    LoadBudget counted = LoadBudget.of(view, live::contains);
    loading = counted;
    return counted;
  }

  ServerRoom forUnfinished(List<String> servers) {
    return unfinished.computeIfAbsent(servers, these -> ServerRoom.ofUnfinished(view, these));
  }
}
