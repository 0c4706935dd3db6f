package io.gamay.quickstart.command;

import io.gamay.quickstart.Ports;
import picocli.CommandLine.Option;

/**
 * {@code --port-offset}, which every command takes, so that a script may give it to all of them;
 * one that asks no process only checks it.
 */
final class PortOption {
  @Option(
      names = "--port-offset",
      paramLabel = "N",
      description = "A quickstart on this machine that was started with this --port-offset.")
  private int portOffset;

  /** The addresses of the quickstart with this offset. */
  Ports ports() {
    return new Ports(portOffset);
  }
}
