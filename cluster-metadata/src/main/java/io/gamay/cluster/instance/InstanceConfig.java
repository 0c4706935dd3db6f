package io.gamay.cluster.instance;

import java.util.List;

/**
 * How to reach a process, written by itself at each start.
 *
 * @param id unique and stable over restarts, also when the port changes
 * @param tags tenants: {@code DefaultTenant_BROKER}, {@code DefaultTenant_REALTIME}, ...
 */
public record InstanceConfig(
    String id, InstanceRole role, String host, int port, List<String> tags) {

  public InstanceConfig {
    tags = List.copyOf(tags);
  }

  public InstanceConfig withTags(List<String> tagsNow) {
    return new InstanceConfig(id, role, host, port, tagsNow);
  }

  /** {@code http://host:port}. */
  public String baseUrl() {
    return "http://" + host + ":" + port;
  }
}
