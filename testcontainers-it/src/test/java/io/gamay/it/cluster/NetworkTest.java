package io.gamay.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** This process is member {@code here}; what listens is member {@code there}. */
@Timeout(60)
class NetworkTest {
  private static final int MOMENT_MILLIS = 300;
  private static final int PATIENCE_MILLIS = 20_000;

  private final Network network = new Network();
  private final InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  private final ServerSocket target = new ServerSocket(0, 50, loopback);
  private final int port = network.open("there", target.getLocalPort());

  NetworkTest() throws IOException {
    network.runs("here", ProcessHandle.current().pid());
  }

  @AfterEach
  void close() throws IOException {
    network.close();
    target.close();
  }

  @Test
  void bytesAndTheEndOfEachDirectionPass() throws IOException {
    try (Socket near = connect();
        Socket far = accept()) {
      near.getOutputStream().write(1);
      assertThat(far.getInputStream().read()).isEqualTo(1);
      near.shutdownOutput();
      assertThat(far.getInputStream().read()).isEqualTo(-1);
      far.getOutputStream().write(2);
      far.shutdownOutput();
      assertThat(near.getInputStream().readAllBytes()).containsExactly(2);
    }
  }

  @Test
  void whatIsSentDuringACutArrivesWhenItEndsInBothDirections() throws IOException {
    try (Socket near = connect();
        Socket far = accept()) {
      near.getOutputStream().write(1);
      assertThat(far.getInputStream().read()).isEqualTo(1);
      network.cut(cut("here", "there", false, false));
      near.getOutputStream().write(2);
      far.getOutputStream().write(3);
      assertSilent(far);
      assertSilent(near);
      network.mend();
      assertThat(far.getInputStream().read()).isEqualTo(2);
      assertThat(near.getInputStream().read()).isEqualTo(3);
    }
  }

  @Test
  void connectionsOfBeforeBreakAtTheEndIfTheCutSaysSo() throws IOException {
    try (Socket near = connect();
        Socket far = accept()) {
      network.cut(cut("there", "here", false, true));
      near.getOutputStream().write(1);
      assertSilent(far);
      network.mend();
      assertThatThrownBy(() -> near.getInputStream().read()).isInstanceOf(SocketException.class);
      assertThatThrownBy(() -> far.getInputStream().readAllBytes())
          .isInstanceOf(SocketException.class);
    }
  }

  @Test
  void aConnectionThatIsMadeDuringACutHangsUntilItsEnd() throws IOException {
    network.cut(cut("here", "there", false, false));
    try (Socket near = connect()) {
      near.getOutputStream().write(1);
      target.setSoTimeout(MOMENT_MILLIS);
      assertThatThrownBy(target::accept).isInstanceOf(SocketTimeoutException.class);
      network.mend();
      try (Socket far = accept()) {
        assertThat(far.getInputStream().read()).isEqualTo(1);
      }
    }
  }

  @Test
  void aConnectionThatIsMadeDuringACutIsResetIfTheCutSaysSo() throws IOException {
    network.cut(cut("here", "there", true, false));
    try (Socket near = connect()) {
      assertThatThrownBy(() -> near.getInputStream().read()).isInstanceOf(SocketException.class);
    }
    network.mend();
    try (Socket near = connect();
        Socket far = accept()) {
      near.getOutputStream().write(1);
      assertThat(far.getInputStream().read()).isEqualTo(1);
    }
  }

  @Test
  void theEndOfACutTellsHowOftenItHeldSomethingBack() throws IOException {
    try (Socket near = connect();
        Socket far = accept()) {
      network.cut(cut("here", "there", false, false));
      near.getOutputStream().write(1);
      far.getOutputStream().write(2);
      assertSilent(far);
      assertSilent(near);
      assertThat(network.mend()).isEqualTo(2);
      network.cut(cut("here", "there", true, false));
      try (Socket refused = connect()) {
        assertThatThrownBy(() -> refused.getInputStream().read())
            .isInstanceOf(SocketException.class);
      }
      assertThat(network.mend()).isEqualTo(1);
      assertThat(network.mend()).isZero();
    }
  }

  @Test
  void aConnectionWhoseOwnerNobodyKnowsPassesAndIsCounted() throws IOException {
    network.runs("here", ProcessHandle.current().parent().orElseThrow().pid());
    network.cut(cut("here", "there", true, false));
    try (Socket near = connect();
        Socket far = accept()) {
      near.getOutputStream().write(1);
      assertThat(far.getInputStream().read()).isEqualTo(1);
    }
    assertThat(network.mend()).isZero();
    assertThat(network.connectionCount()).isEqualTo(1);
    assertThat(network.unknownOwnerCount()).isEqualTo(1);
  }

  @Test
  void aCutOfOthersIsNotFelt() throws IOException {
    network.cut(cut("there", "elsewhere", true, false));
    try (Socket near = connect();
        Socket far = accept()) {
      near.getOutputStream().write(1);
      assertThat(far.getInputStream().read()).isEqualTo(1);
    }
  }

  @Test
  void whereNobodyListensAConnectionIsReset() throws IOException {
    target.close();
    try (Socket near = connect()) {
      assertThatThrownBy(() -> near.getInputStream().read()).isInstanceOf(SocketException.class);
    }
  }

  private static Cut cut(String member, String other, boolean isRefusing, boolean isBreaking) {
    return new Cut(member, Set.of(other), isRefusing, isBreaking);
  }

  private Socket connect() throws IOException {
    var socket = new Socket(loopback, port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  private Socket accept() throws IOException {
    target.setSoTimeout(PATIENCE_MILLIS);
    Socket socket = target.accept();
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  private static void assertSilent(Socket socket) throws IOException {
    socket.setSoTimeout(MOMENT_MILLIS);
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    socket.setSoTimeout(PATIENCE_MILLIS);
  }
}
