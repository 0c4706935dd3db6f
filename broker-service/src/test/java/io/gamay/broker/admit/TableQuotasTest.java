package io.gamay.broker.admit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.broker.Views;
import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TableQuotasTest {

  private long now = -5;
  private ClusterView view = Views.table("t", "u");
  private final TableQuotas quotas = new TableQuotas(() -> view, () -> now);

  @Test
  void tableWithoutQuotaIsNotBounded() {
    assertThat(admitted("t", 10_000)).isEqualTo(10_000);
  }

  @Test
  void queriesOfOneSecondCountTogetherAndTheyComeBackWithTime() {
    quota(10);
    assertThat(admitted("t", 50)).isEqualTo(10);
    pass(Duration.ofMillis(300));
    assertThat(admitted("t", 50)).isEqualTo(3);
    pass(Duration.ofHours(1));
    assertThat(admitted("t", 50)).as("nothing is saved up for longer").isEqualTo(10);
    assertThat(admitted("u", 100)).as("the quota is of one table").isEqualTo(100);
  }

  @Test
  void quotaBelowOneQueryPerSecondIsKeptToo() {
    quota(0.25);
    int let = 0;
    for (int second = 0; second < 60; second++) {
      let += admitted("t", 3);
      pass(Duration.ofSeconds(1));
    }
    assertThat(let).isEqualTo(15);
  }

  @Test
  void liveBrokersOfTheTablesTenantShareTheQuotaAsTheyComeAndGo() {
    quota(12);
    brokers(Map.of("b1", true, "b2", true, "b3", true, "dead", false));
    assertThat(admitted("t", 50)).isEqualTo(4);
    brokers(Map.of("b1", true));
    pass(Duration.ofSeconds(1));
    assertThat(admitted("t", 50)).isEqualTo(12);
  }

  @Test
  void newViewOfTheClusterLetsNoMoreQueriesIn() {
    quota(10);
    assertThat(admitted("t", 50)).isEqualTo(10);
    brokers(Map.of("b1", true));
    assertThat(admitted("t", 50)).isZero();
  }

  @Test
  void refusalSaysWhichQuotaAndWhoSharesIt() {
    quota(1);
    brokers(Map.of("b1", true, "b2", true, "b3", true));
    assertThat(admitted("t", 1)).isEqualTo(1);
    assertThatThrownBy(() -> admit("t"))
        .isInstanceOfSatisfying(
            QueryException.class,
            refusal -> assertThat(refusal.code()).isEqualTo(QueryErrorCode.TOO_MANY_REQUESTS))
        .hasMessage(
            "table t is asked more than its quota of 1 queries per second"
                + " (quota.maxQueriesPerSecond), of which 0.3333 fall to this broker, one of 3; try"
                + " again later");
  }

  @Test
  void tablesThatAreGoneAreForgotten() {
    for (String name : List.of("a", "b", "c")) {
      view = Views.withQuota(Views.table(name), name, 10);
      admit(name);
    }
    assertThat(quotas.keptCount()).isEqualTo(1);
  }

  private void quota(double perSecond) {
    view = Views.withQuota(view, "t", perSecond);
  }

  private void brokers(Map<String, Boolean> liveness) {
    Map<String, InstanceView> instances = new HashMap<>();
    liveness.forEach(
        (id, isLive) ->
            instances.put(
                id,
                new InstanceView(
                    new InstanceConfig(
                        id, InstanceRole.BROKER, "h", 1, List.of("DefaultTenant_BROKER")),
                    isLive)));
    instances.put(
        "other",
        new InstanceView(
            new InstanceConfig("other", InstanceRole.BROKER, "h", 1, List.of("x_BROKER")), true));
    view = new ClusterView(view.revision() + 1, view.leader(), 0, instances, view.tables());
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private int admitted(String table, int asked) {
    int admitted = 0;
    for (int i = 0; i < asked; i++) {
      try {
        admit(table);
        admitted++;
      } catch (QueryException refused) {
        assertThat(refused.code()).isEqualTo(QueryErrorCode.TOO_MANY_REQUESTS);
      }
    }
    return admitted;
  }

  private void admit(String table) {
    quotas.admit(Objects.requireNonNull(view.tables().get(table)));
  }
}
