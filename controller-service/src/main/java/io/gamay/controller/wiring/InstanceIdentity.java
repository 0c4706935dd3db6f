package io.gamay.controller.wiring;

import io.gamay.cluster.instance.AdvertisedAddress;
import io.gamay.cluster.instance.AdvertisedAddress.HostAndPort;
import java.util.Optional;

/**
 * Who this process is.
 *
 * @param id instance id
 * @param listenAddress {@code server.address}
 */
record InstanceIdentity(String id, Optional<String> listenAddress, AdvertisedAddress advertised) {

  /** Where others reach it, once it listens on the port. */
  HostAndPort reachedAt(int listenPort) {
    return advertised.orElse(listenAddress, listenPort);
  }
}
