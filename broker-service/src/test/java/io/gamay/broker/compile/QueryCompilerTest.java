package io.gamay.broker.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.broker.Views;
import io.gamay.broker.compile.QueryCompiler.CompiledQuery;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class QueryCompilerTest {

  private final QueryCompiler compiler =
      new QueryCompiler(
          new QueryPlanner.Context(
              InstantSource.system(), Dialect.STANDARD, Duration.ofSeconds(10), 1000));

  @Test
  void tableIsFoundInAnyCaseAndWithItsSuffix() {
    ClusterView view = Views.table("Trips", "other");
    for (String written : List.of("Trips", "trips", "TRIPS_REALTIME", "Trips_REALTIME")) {
      assertThat(tableOf(written, view)).as(written).isEqualTo("Trips");
    }
  }

  @Test
  void tableAsWrittenWinsOverOneInAnotherCase() {
    assertThat(tableOf("trips", Views.table("Trips", "trips"))).isEqualTo("trips");
  }

  @Test
  void nameThatCouldBeAnyOfSeveralTablesIsRefused() {
    assertThatThrownBy(() -> tableOf("tRIPS", Views.table("Trips", "trips")))
        .isInstanceOfSatisfying(
            QueryException.class,
            e -> assertThat(e.code()).isEqualTo(QueryErrorCode.TABLE_DOES_NOT_EXIST))
        .hasMessage("table tRIPS could be any of [Trips, trips]: write it as it was created");
  }

  @Test
  void planningIsSmallWorkOnceAShortTextIsKnownAndItsTableHasFewSegments() {
    String sql = "SELECT COUNT(*) FROM t";
    ClusterView few = withSegments(Views.table("t"), SmallWork.MOST_PARTS);
    assertThat(compiler.small(sql, few)).as("not parsed yet").isEmpty();
    compiler.compile(sql, Map.of(), few);
    assertThat(compiler.small(sql, few)).isPresent();
    assertThat(compiler.small(sql, Views.table("other"))).as("no such table").isEmpty();
    assertThat(compiler.small(sql, withSegments(few, SmallWork.MOST_PARTS + 1))).isEmpty();
  }

  @Test
  void longTextsAndWrongOnesAreNotSmall() {
    ClusterView view = Views.table("t");
    String padded = "SELECT COUNT(*) FROM t" + " ".repeat(SmallWork.MOST_CHARACTERS);
    compiler.compile(padded, Map.of(), view);
    assertThat(compiler.small(padded, view)).isEmpty();
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> compiler.compile("SELECT FROM t", Map.of(), view))
          .isInstanceOf(QueryException.class);
      assertThat(compiler.small("SELECT FROM t", view)).isEmpty();
    }
  }

  /** The meaning of a kept text is that of the moment it is asked at. */
  @Test
  void keptTextIsPlannedAnewEachTime() {
    String sql = "SELECT * FROM t";
    assertThat(columnsOf(sql, "x")).isEqualTo(1);
    assertThat(columnsOf(sql, "x", "y")).isEqualTo(2);
  }

  private int columnsOf(String sql, String... columns) {
    ClusterView view = Views.table("t");
    TableView table = Objects.requireNonNull(view.tables().get("t"));
    TableSchema schema =
        new TableSchema(
            "t",
            2,
            Stream.of(columns).map(name -> ColumnSpec.dimension(name, DataType.LONG)).toList());
    TableView changed =
        new TableView("t", table.config(), schema, Map.of(), Map.of(), table.partitions());
    return compiler
        .compile(
            sql, Map.of(), new ClusterView(2, Optional.empty(), 0, Map.of(), Map.of("t", changed)))
        .plan()
        .output()
        .columns()
        .size();
  }

  private static ClusterView withSegments(ClusterView view, int count) {
    TableView table = Objects.requireNonNull(view.tables().get("t"));
    SegmentView[] segments = new SegmentView[count];
    Arrays.setAll(segments, sequence -> Views.online(sequence));
    TreeMap<Integer, PartitionView> partitions = new TreeMap<>();
    partitions.put(0, Views.partition(0, segments));
    return new ClusterView(
        1,
        Optional.empty(),
        0,
        Map.of(),
        Map.of(
            "t",
            new TableView("t", table.config(), table.schema(), Map.of(), Map.of(), partitions)));
  }

  private String tableOf(String written, ClusterView view) {
    return compiler.compile("SELECT COUNT(*) FROM " + written, Map.of(), view)
            instanceof CompiledQuery(var _, TableView table, var _)
        ? table.config().name()
        : "none";
  }
}
