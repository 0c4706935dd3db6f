package io.gamay.broker.admit;

import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How many queries per second tables are asked for: of a table's quota this broker lets in what
 * falls to it, one of the live brokers of the table's tenant. What comes within a second counts
 * together; more is refused at once. Thread-safe.
 */
public final class TableQuotas {

  private static final double NANOS = 1e9;

  private final Supplier<ClusterView> views;
  private final LongSupplier nanoTime;
  private final Map<String, Share> shares = new ConcurrentHashMap<>();

  /**
   * @param nanoTime a clock in the manner of {@link System#nanoTime()}
   */
  public TableQuotas(Supplier<ClusterView> views, LongSupplier nanoTime) {
    this.views = views;
    this.nanoTime = nanoTime;
  }

  /**
   * @param revision of the view that it is of
   * @param perSecond of this broker
   * @param brokers that share the quota
   * @param nextNanos when the next query would be let in if they came evenly
   */
  private record Share(
      long revision, double quota, int brokers, double perSecond, AtomicLong nextNanos) {}

  /**
   * Lets one query of a table in.
   *
   * @throws QueryException {@link QueryErrorCode#TOO_MANY_REQUESTS} if it is one too many
   */
  public void admit(TableView table) {
    OptionalDouble quota = table.config().routing().maxQueriesPerSecond();
    if (quota.isEmpty()) {
      return;
    }
    ClusterView view = views.get();
    Share share =
        shares.compute(
            table.tableId(),
            (_, known) ->
                known != null
                        && known.revision() == view.revision()
                        && known.quota() == quota.getAsDouble()
                    ? known
                    : share(view, table, quota.getAsDouble(), known));
    forgetDropped(view);
    if (!take(share)) {
      throw new QueryException(
          QueryErrorCode.TOO_MANY_REQUESTS,
          "table %s is asked more than its quota of %s queries per second (quota.maxQueriesPerSecond), of which %s fall to this broker, one of %d; try again later"
              .formatted(
                  table.config().name(),
                  text(share.quota()),
                  text(share.perSecond()),
                  share.brokers()));
    }
  }

  /** What is kept is bounded by the tables that there are. */
  private void forgetDropped(ClusterView view) {
    if (shares.size() > view.tables().size()) {
      shares
          .keySet()
          .retainAll(
              view.tables().values().stream().map(TableView::tableId).collect(Collectors.toSet()));
    }
  }

  int keptCount() {
    return shares.size();
  }

  private Share share(ClusterView view, TableView table, double quota, @Nullable Share known) {
    String tag = table.config().brokerTenant() + "_BROKER";
    int brokers =
        Math.max(
            1,
            (int)
                view.instances().values().stream()
                    .filter(InstanceView::isLive)
                    .map(InstanceView::config)
                    .filter(config -> config.role() == InstanceRole.BROKER)
                    .filter(config -> config.tags().contains(tag))
                    .count());
    AtomicLong next =
        known == null || known.quota() != quota
            ? new AtomicLong(nanoTime.getAsLong())
            : known.nextNanos();
    return new Share(view.revision(), quota, brokers, quota / brokers, next);
  }

  private boolean take(Share share) {
    long interval = Math.max(1, Math.round(NANOS / share.perSecond()));
    long patience = Math.max(0, Math.round(NANOS) - interval);
    long now = nanoTime.getAsLong();
    while (true) {
      long next = share.nextNanos().get();
      long at = next - now > 0 ? next : now;
      if (at - now > patience) {
        return false;
      }
      if (share.nextNanos().compareAndSet(next, at + interval)) {
        return true;
      }
    }
  }

  private static String text(double number) {
    return new BigDecimal(number, new MathContext(4)).stripTrailingZeros().toPlainString();
  }
}
