package io.gamay.it;

import io.gamay.quickstart.client.BrokerClient;
import io.gamay.quickstart.client.QueryAnswer;
import io.gamay.quickstart.console.Failure;
import java.net.ConnectException;
import java.util.List;
import java.util.function.Function;

/**
 * A client that knows several addresses and stays with one until nothing listens there any more:
 * only a refused connection sends it to the next one. Any other trouble is its caller's. One
 * thread.
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
        if (!(failure.getCause() instanceof ConnectException) || refusals == addresses.size()) {
          throw failure;
        }
        chosen = (chosen + 1) % addresses.size();
        client = new BrokerClient(addresses.get(chosen));
      }
    }
  }
}
