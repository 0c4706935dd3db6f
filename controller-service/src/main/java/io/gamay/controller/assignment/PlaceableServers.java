package io.gamay.controller.assignment;

import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import java.util.List;

/** Which servers may be given segments: by tag, and by what people have decided about them. */
final class PlaceableServers {

  private PlaceableServers() {}

  /** Live ones of a tag that are not to be relieved of work, sorted. */
  static List<String> of(ClusterView view, String tag) {
    return view.liveInstances(InstanceRole.SERVER).stream()
        .filter(server -> mayHold(server, tag))
        .map(server -> server.config().id())
        .toList();
  }

  /** Whether a server that has a segment may keep it: one that is merely away may. */
  static boolean mayKeep(ClusterView view, String server, String tag) {
    InstanceView instance = view.instances().get(server);
    return instance != null && mayHold(instance, tag);
  }

  /** Whether a known server bears a tag. */
  static boolean bears(ClusterView view, String server, String tag) {
    InstanceView instance = view.instances().get(server);
    return instance != null && instance.config().tags().contains(tag);
  }

  private static boolean mayHold(InstanceView server, String tag) {
    return server.order().isEnabled() && server.config().tags().contains(tag);
  }
}
