package io.gamay.cluster.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.instance.AdvertisedAddress.HostAndPort;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdvertisedAddressTest {

  @Test
  void withoutSettingsAProcessIsReachedWhereItListens() {
    assertThat(AdvertisedAddress.NONE.orElse(Optional.of("10.1.2.3"), 8099))
        .isEqualTo(new HostAndPort("10.1.2.3", 8099));
  }

  @Test
  void eachOfBothSettingsStandsForItself() {
    Optional<String> listen = Optional.of("10.1.2.3");
    assertThat(new AdvertisedAddress("broker-1.example.org", null).orElse(listen, 8099))
        .isEqualTo(new HostAndPort("broker-1.example.org", 8099));
    assertThat(new AdvertisedAddress(null, 31_099).orElse(listen, 8099))
        .isEqualTo(new HostAndPort("10.1.2.3", 31_099));
    assertThat(new AdvertisedAddress("b", 1).orElse(listen, 8099).instanceId(InstanceRole.BROKER))
        .isEqualTo("Broker_b_1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", ""})
  void whoListensEverywhereIsReachedAtThisMachinesAddress(String everywhere) {
    String mine = MachineAddress.find().getHostAddress();
    assertThat(AdvertisedAddress.NONE.orElse(Optional.of(everywhere), 1))
        .isEqualTo(new HostAndPort(mine, 1));
    assertThat(AdvertisedAddress.NONE.orElse(Optional.empty(), 1))
        .isEqualTo(new HostAndPort(mine, 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "http://a", "a:80", "a/b", "-a", "a.", "[::1]", "::1", "0.0.0.0", "a b"})
  void whatIsNoHostIsRefused(String host) {
    assertThatThrownBy(() -> new AdvertisedAddress(host, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gamay.advertised-host");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 65_536})
  void whatIsNoPortIsRefused(int port) {
    assertThatThrownBy(() -> new AdvertisedAddress(null, port))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("gamay.advertised-port is from 1 to 65535, found " + port);
  }

  @Test
  void theLastPortsAreTaken() {
    assertThat(new AdvertisedAddress(null, 65_535).orElse(Optional.of("h"), 1).port())
        .isEqualTo(65_535);
  }
}
