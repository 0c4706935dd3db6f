package io.gamay.broker.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.cluster.table.FlushThresholds;
import io.gamay.cluster.table.StreamConfig;
import io.gamay.cluster.table.TableConfig;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.plan.QueryOptions.Dialect;
import io.gamay.query.plan.QueryPlanner;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.TableSchema;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class QueryCompilerTest {

  private final QueryCompiler compiler =
      new QueryCompiler(
          new QueryPlanner.Context(
              InstantSource.system(), Dialect.STANDARD, Duration.ofSeconds(10), 1000));

  @Test
  void tableIsFoundInAnyCaseAndWithItsSuffix() {
    ClusterView view = view("Trips", "other");
    for (String written : List.of("Trips", "trips", "TRIPS_REALTIME", "Trips_REALTIME")) {
      assertThat(tableOf(written, view)).as(written).isEqualTo("Trips");
    }
  }

  @Test
  void tableAsWrittenWinsOverOneInAnotherCase() {
    assertThat(tableOf("trips", view("Trips", "trips"))).isEqualTo("trips");
  }

  @Test
  void nameThatCouldBeAnyOfSeveralTablesIsRefused() {
    assertThatThrownBy(() -> tableOf("tRIPS", view("Trips", "trips")))
        .isInstanceOfSatisfying(
            QueryException.class,
            e -> assertThat(e.code()).isEqualTo(QueryErrorCode.TABLE_DOES_NOT_EXIST))
        .hasMessage("table tRIPS could be any of [Trips, trips]: write it as it was created");
  }

  private String tableOf(String written, ClusterView view) {
    return compiler
        .compile("SELECT COUNT(*) FROM " + written, Map.of(), view)
        .table()
        .config()
        .name();
  }

  private static ClusterView view(String... names) {
    TableSchema schema = new TableSchema("t", 1, List.of(ColumnSpec.dimension("x", DataType.LONG)));
    Map<String, TableView> tables = new HashMap<>();
    for (String name : names) {
      tables.put(
          name, new TableView(name, config(name), schema, Map.of(), Map.of(), new TreeMap<>()));
    }
    return new ClusterView(1, Optional.empty(), 0, Map.of(), tables);
  }

  private static TableConfig config(String name) {
    return new TableConfig(
        name,
        1,
        "{}",
        Optional.empty(),
        1,
        Optional.empty(),
        "DefaultTenant",
        "DefaultTenant",
        false,
        Set.of(),
        Set.of(),
        List.of(),
        new StreamConfig(
            "topic",
            "kafka",
            new StreamConfig.StartOffset.Smallest(),
            StreamConfig.Decoder.JSON,
            true,
            Map.of(),
            Duration.ofSeconds(5)),
        new FlushThresholds(OptionalLong.empty(), OptionalLong.empty(), 1, Duration.ofHours(1)),
        Optional.empty());
  }
}
