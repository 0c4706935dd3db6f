package io.gamay.it;

import io.gamay.it.cluster.Loud;
import io.gamay.quickstart.client.BrokerClient;
import io.gamay.quickstart.client.QueryAnswer;
import io.gamay.quickstart.console.Failure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.util.List;
import java.util.function.Function;

/**
 * A client that knows several addresses and stays with one until nothing listens there any more: a
 * refused connection sends it to the next one, and so does one that broke before there was an
 * answer, as the system does to connections that a process has not yet taken when it closes its
 * port. That is said aloud. Any other trouble is its caller's. One thread.
 */
final class NextListener implements Function<String, QueryAnswer> {
  private final List<String> addresses;
  private int chosen;
  private BrokerClient client;

  /**
   * @param addresses in the order in which they are tried
   */
  NextListener(List<String> addresses) {
    this.addresses = List.copyOf(addresses);
    this.client = new BrokerClient(this.addresses.getFirst());
  }

  @Override
  public QueryAnswer apply(String sql) {
    for (int refusals = 0; ; refusals++) {
      try {
        return client.query(sql);
      } catch (Failure failure) {
        if (!isToGoOn(failure) || refusals == addresses.size()) {
          throw failure;
        }
        chosen = (chosen + 1) % addresses.size();
        client = new BrokerClient(addresses.get(chosen));
      }
    }
  }

  private boolean isToGoOn(Failure failure) {
    if (failure.getCause() instanceof HttpTimeoutException) {
      return false;
    }
    if (failure.getCause() instanceof IOException broken && !(broken instanceof ConnectException)) {
      Loud.say("a connection to %s broke: %s".formatted(addresses.get(chosen), broken));
    }
    return failure.getCause() instanceof IOException;
  }
}
