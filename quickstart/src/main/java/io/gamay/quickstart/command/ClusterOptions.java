package io.gamay.quickstart.command;

import io.gamay.quickstart.Component;
import io.gamay.quickstart.Ports;
import io.gamay.quickstart.client.BrokerClient;
import io.gamay.quickstart.client.ControllerClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which cluster a client command talks to: by default the quickstart on this machine. */
final class ClusterOptions {
  @Mixin private PortOption offset = new PortOption();

  @Option(
      names = "--controller",
      paramLabel = "HOST:PORT",
      description = "The controller's address (default: 127.0.0.1:9000).")
  private @Nullable String controller;

  @Option(
      names = "--broker",
      paramLabel = "HOST:PORT",
      description = "The broker's address (default: 127.0.0.1:8099).")
  private @Nullable String broker;

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      description = "Kafka's bootstrap address (default: 127.0.0.1:9092).")
  private @Nullable String kafka;

  ControllerClient controllerClient() {
    return new ControllerClient(given(controller, Component.CONTROLLER));
  }

  BrokerClient brokerClient() {
    return new BrokerClient(given(broker, Component.BROKER));
  }

  String controller() {
    return given(controller, Component.CONTROLLER);
  }

  String kafka() {
    return given(kafka, Component.KAFKA);
  }

  /** Whether it is a quickstart on this machine. */
  boolean isLocal() {
    return controller == null;
  }

  /** The addresses of the quickstart with this offset. */
  Ports ports() {
    return offset.ports();
  }

  private String given(@Nullable String address, Component component) {
    return address == null ? ports().address(component) : address;
  }
}
