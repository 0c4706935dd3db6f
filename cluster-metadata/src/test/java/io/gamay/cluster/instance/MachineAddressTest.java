package io.gamay.cluster.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.instance.MachineAddress.Interface;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MachineAddressTest {

  private static final Interface LOOPBACK = new Interface(1, false, List.of(address("127.0.0.1")));

  @Test
  void whatTheMachinesNameStandsForIsTakenIfOthersReachIt() {
    assertThat(chosen(Optional.of("10.0.0.7"), LOOPBACK, lan(2, "10.1.0.1"))).isEqualTo("10.0.0.7");
  }

  /** As on Debian, whose /etc/hosts has 127.0.1.1 for the name. */
  @Test
  void loopbackIsNotTakenWhereAnInterfaceLeadsOut() {
    assertThat(chosen(Optional.of("127.0.1.1"), LOOPBACK, lan(2, "10.1.0.1")))
        .isEqualTo("10.1.0.1");
    assertThat(chosen(Optional.of("0.0.0.0"), LOOPBACK, lan(2, "10.1.0.1"))).isEqualTo("10.1.0.1");
    assertThat(chosen(Optional.empty(), LOOPBACK, lan(2, "10.1.0.1"))).isEqualTo("10.1.0.1");
  }

  @Test
  void firstInterfaceThatIsUpIsTakenAndNoAddressThatOthersCannotBeTold() {
    Interface down = new Interface(2, false, List.of(address("10.2.0.1")));
    assertThat(
            chosen(
                Optional.of("127.0.1.1"),
                lan(9, "172.17.0.1"),
                lan(4, "fe80::1", "fd00::1", "169.254.1.1", "10.4.0.1"),
                down,
                LOOPBACK))
        .isEqualTo("10.4.0.1");
  }

  @Test
  void whereOnlyLoopbackExistsThatIsIt() {
    assertThat(chosen(Optional.of("127.0.1.1"), LOOPBACK)).isEqualTo("127.0.1.1");
    assertThat(chosen(Optional.of("::1"), LOOPBACK)).isEqualTo("127.0.0.1");
    assertThat(chosen(Optional.empty(), LOOPBACK)).isEqualTo("127.0.0.1");
  }

  @Test
  void addressThatIsFoundIsOneOfThisMachine() throws Exception {
    InetAddress found = MachineAddress.find();
    assertThat(found.isLoopbackAddress() || NetworkInterface.getByInetAddress(found) != null)
        .as(found.toString())
        .isTrue();
  }

  private static String chosen(Optional<String> named, Interface... interfaces) {
    return MachineAddress.choose(named.map(MachineAddressTest::address), List.of(interfaces))
        .getHostAddress();
  }

  private static Interface lan(int index, String... addresses) {
    return new Interface(
        index, true, List.of(addresses).stream().map(MachineAddressTest::address).toList());
  }

  private static InetAddress address(String numbers) {
    try {
      return InetAddress.getByName(numbers);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(numbers, e);
    }
  }
}
