package io.gamay.cluster.instance;

/** The kind of a process. The prefix starts its instance id, as Pinot's clients expect. */
public enum InstanceRole {
  CONTROLLER("Controller"),
  SERVER("Server"),
  BROKER("Broker"),
  GATEWAY("Gateway");

  private final String prefix;

  InstanceRole(String prefix) {
    this.prefix = prefix;
  }

  public String prefix() {
    return prefix;
  }
}
