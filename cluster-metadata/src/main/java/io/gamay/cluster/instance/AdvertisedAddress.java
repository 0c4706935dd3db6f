package io.gamay.cluster.instance;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Under which host and port others reach a process, as far as its settings say so: behind address
 * translation, or in a container, it is not where the process listens.
 *
 * @param host {@code gamay.advertised-host}, a host name or an IPv4 address; null: where it listens
 * @param port {@code gamay.advertised-port}; null: the port that it listens on
 */
public record AdvertisedAddress(@Nullable String host, @Nullable Integer port) {

  /** A process is reached where it listens. */
  public static final AdvertisedAddress NONE = new AdvertisedAddress(null, null);

  private static final int MAX_PORT = 65_535;

  /**
   * @throws IllegalArgumentException if one of them cannot be; the message names the setting
   */
  public AdvertisedAddress {
    if (host != null && !host.matches("[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")) {
      throw new IllegalArgumentException(
          "gamay.advertised-host is a host name or an IPv4 address, without scheme and port, found '"
              + host
              + "'");
    }
    if (host != null && host.equals("0.0.0.0")) {
      throw new IllegalArgumentException(
          "gamay.advertised-host is 0.0.0.0, at which nobody can be reached");
    }
    if (port != null && (port < 1 || port > MAX_PORT)) {
      throw new IllegalArgumentException(
          "gamay.advertised-port is from 1 to " + MAX_PORT + ", found " + port);
    }
  }

  /**
   * What the settings say, or else where the process listens.
   *
   * @param listenAddress {@code server.address}; where that is all addresses, or nothing, this
   *     machine's own is told: one that others reach, if it has any
   */
  public HostAndPort orElse(Optional<String> listenAddress, int listenPort) {
    String reached =
        host != null
            ? host
            : listenAddress
                .filter(AdvertisedAddress::isOneAddress)
                .orElseGet(() -> MachineAddress.find().getHostAddress());
    return new HostAndPort(reached, port == null ? listenPort : port);
  }

  /** Where one process is reached. */
  public record HostAndPort(String host, int port) {

    /** The id of an instance that is given none: {@code Role_host_port}. */
    public String instanceId(InstanceRole role) {
      return role.prefix() + "_" + host + "_" + port;
    }
  }

  private static boolean isOneAddress(String address) {
    return !address.isBlank() && !address.equals("0.0.0.0") && !address.equals("::");
  }
}
