package io.gamay.controller.assignment;

import io.gamay.cluster.view.ClusterView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The room that servers have as one view shows it and as it was given away since. Looked at only
 * when it is asked for. Not thread-safe.
 */
final class ServerRooms {

  private final ClusterView view;
  private final Map<List<String>, ServerRoom> sealed = new HashMap<>();
  private final Map<List<String>, ServerRoom> unfinished = new HashMap<>();

  ServerRooms(ClusterView view) {
    this.view = view;
  }

  ServerRoom forSealed(List<String> servers) {
    return sealed.computeIfAbsent(servers, these -> ServerRoom.ofSealed(view, these));
  }

  ServerRoom forUnfinished(List<String> servers) {
    return unfinished.computeIfAbsent(servers, these -> ServerRoom.ofUnfinished(view, these));
  }
}
