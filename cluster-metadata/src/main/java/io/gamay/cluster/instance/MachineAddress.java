package io.gamay.cluster.instance;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Under which IPv4 address other machines reach this one. */
final class MachineAddress {

  private MachineAddress() {}

  /**
   * One network interface.
   *
   * @param index by which the machine counts them; real ones come before those made later
   * @param isUsable whether it is up and leads out of this machine
   */
  record Interface(int index, boolean isUsable, List<InetAddress> addresses) {
    Interface {
      addresses = List.copyOf(addresses);
    }
  }

  /** The one that its name stands for, if others reach that; else that of an interface. */
  static InetAddress find() {
    return choose(named(), interfaces());
  }

  /**
   * @param named what the machine's own name stands for: on some, loopback
   */
  static InetAddress choose(Optional<InetAddress> named, List<Interface> interfaces) {
    return named
        .filter(MachineAddress::leadsHere)
        .or(
            () ->
                interfaces.stream()
                    .filter(Interface::isUsable)
                    .sorted(Comparator.comparingInt(Interface::index))
                    .flatMap(found -> found.addresses().stream())
                    .filter(MachineAddress::leadsHere)
                    .findFirst())
        .or(() -> named.filter(Inet4Address.class::isInstance))
        .orElseGet(MachineAddress::loopback);
  }

  private static boolean leadsHere(InetAddress address) {
    return address instanceof Inet4Address
        && !address.isLoopbackAddress()
        && !address.isAnyLocalAddress()
        && !address.isLinkLocalAddress();
  }

  private static InetAddress loopback() {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  private static Optional<InetAddress> named() {
    try {
      return Optional.of(InetAddress.getLocalHost());
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  private static List<Interface> interfaces() {
    try {
      return NetworkInterface.networkInterfaces().map(MachineAddress::described).toList();
    } catch (SocketException e) {
      return List.of();
    }
  }

  private static Interface described(NetworkInterface found) {
    boolean isUsable;
    try {
      isUsable = found.isUp() && !found.isLoopback();
    } catch (SocketException e) {
      isUsable = false;
    }
    return new Interface(
        found.getIndex(),
        isUsable,
        found.getInterfaceAddresses().stream().map(InterfaceAddress::getAddress).toList());
  }
}
