package io.gamay.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.pinot.client.Connection;
import org.apache.pinot.client.ConnectionFactory;
import org.apache.pinot.client.ExecutionStats;
import org.apache.pinot.client.PinotClientException;
import org.apache.pinot.client.PreparedStatement;
import org.apache.pinot.client.ResultSet;
import org.apache.pinot.client.ResultSetGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * pinot-java-client by each of its ways to find brokers. Its connections share one HTTP client,
 * which closing any of them closes for all: none is closed here.
 */
@ExtendWith(ClusterUnderTest.Extension.class)
class JavaClientIT {

  private static final int ROWS = ClusterUnderTest.ROWS;

  private final ClusterUnderTest cluster;

  JavaClientIT(ClusterUnderTest cluster) {
    this.cluster = cluster;
  }

  @Test
  void brokersOfAListAnswer() {
    countsAllRows(ConnectionFactory.fromHostList(cluster.broker()));
  }

  @Test
  void brokersAreFoundByTheController() {
    countsAllRows(ConnectionFactory.fromController(cluster.controller()));
  }

  @Test
  void brokersAreFoundInZooKeeper() {
    countsAllRows(ConnectionFactory.fromZookeeper(cluster.zookeeper()));
  }

  @Test
  void valuesOfEveryTypeAreReadAsTheyWereProduced() {
    ResultSet row =
        query(
            "SELECT name, number, large, single, twofold, exact, flag, doc, raw, labels, weight, at"
                + " FROM shapes WHERE number = 7");
    assertThat(row.getRowCount()).isEqualTo(1);
    assertThat(row.getColumnCount()).isEqualTo(12);
    assertThat(row.getColumnName(1)).isEqualTo("number");
    assertThat(row.getColumnDataType(5)).isEqualTo("BIG_DECIMAL");
    assertThat(row.getColumnDataType(9)).isEqualTo("STRING_ARRAY");
    assertThat(row.getString(0, 0)).isEqualTo("n3");
    assertThat(row.getInt(0, 1)).isEqualTo(7);
    assertThat(row.getLong(0, 2)).isEqualTo(70_000_000_000L);
    assertThat(row.getFloat(0, 3)).isEqualTo(1.75f);
    assertThat(row.getDouble(0, 4)).isEqualTo(0.875);
    assertThat(row.getString(0, 5)).isEqualTo("7.25");
    assertThat(row.getString(0, 6)).isEqualTo("false");
    assertThat(row.getString(0, 7)).isEqualTo("{\"i\":7}");
    assertThat(row.getString(0, 8)).isEqualTo("0a07");
    assertThat(row.getString(0, 9)).isEqualTo("[\"l1\",\"all\"]");
    assertThat(row.getLong(0, 10)).isEqualTo(14);
    assertThat(row.getString(0, 11)).isEqualTo("2026-01-02 03:04:07.0");
  }

  @Test
  void groupsComeInTheOrderAskedFor() {
    ResultSet groups =
        query(
            "SELECT name, COUNT(*), SUM(weight) FROM shapes GROUP BY name ORDER BY name LIMIT 10");
    assertThat(groups.getRowCount()).isEqualTo(4);
    for (int group = 0; group < 4; group++) {
      assertThat(groups.getString(group, 0)).isEqualTo("n" + group);
      assertThat(groups.getInt(group, 1)).isEqualTo(ROWS / 4);
    }
    assertThat(groups.getDouble(0, 2)).isEqualTo(360);
  }

  @Test
  void statisticsAreThoseOfTheQuery() {
    Connection connection = ConnectionFactory.fromHostList(cluster.broker());
    ExecutionStats stats =
        connection.execute("SELECT COUNT(*) FROM shapes WHERE number < 10").getExecutionStats();
    assertThat(stats.getNumServersQueried()).isEqualTo(1);
    assertThat(stats.getNumServersResponded()).isEqualTo(1);
    assertThat(stats.getNumDocsScanned()).isEqualTo(10);
    assertThat(stats.getTotalDocs()).isEqualTo(ROWS);
    assertThat(stats.getNumSegmentsQueried()).isEqualTo(1);
    assertThat(stats.isNumGroupsLimitReached()).isFalse();
  }

  @Test
  void explanationsAreTablesAsAnyOther() {
    ResultSet plan = query("EXPLAIN PLAN FOR SELECT COUNT(*) FROM shapes WHERE number < 10");
    assertThat(plan.getColumnCount()).isEqualTo(3);
    assertThat(plan.getColumnName(0)).isEqualTo("Operator");
    assertThat(plan.getString(0, 0)).startsWith("BROKER_REDUCE(");
    assertThat(plan.getInt(0, 1)).isEqualTo(1);
    assertThat(plan.getInt(0, 2)).isZero();
    assertThat(operators(plan)).anyMatch(operator -> operator.contains("number < 10"));

    ResultSet run = query("EXPLAIN ANALYZE SELECT name FROM shapes WHERE number < 10");
    assertThat(run.getColumnCount()).isEqualTo(7);
    assertThat(run.getLong(0, 4)).as("rows of the answer").isEqualTo(10);
    int filter = operators(run).indexOf("DOC_ID_SET");
    assertThat(run.getLong(filter, 4)).as("rows that pass").isEqualTo(10);
  }

  private static List<String> operators(ResultSet plan) {
    return IntStream.range(0, plan.getRowCount()).mapToObj(row -> plan.getString(row, 0)).toList();
  }

  @Test
  void preparedStatementFillsInItsParameters() {
    Connection connection = ConnectionFactory.fromController(cluster.controller());
    PreparedStatement statement =
        connection.prepareStatement("SELECT COUNT(*) FROM shapes WHERE name = ? AND number < ?");
    statement.setString(0, "n1");
    statement.setInt(1, 20);
    assertThat(statement.execute().getResultSet(0).getInt(0)).isEqualTo(5);
  }

  @Test
  void asynchronousQueryAnswers() throws Exception {
    Connection connection = ConnectionFactory.fromHostList(cluster.broker());
    ResultSetGroup answer =
        connection.executeAsync("SELECT MAX(number) FROM shapes").get(30, TimeUnit.SECONDS);
    assertThat(answer.getResultSet(0).getInt(0)).isEqualTo(ROWS - 1);
  }

  @Test
  void optionsBeforeTheQueryCount() {
    assertThat(
            query("SET enableNullHandling=true; SELECT COUNT(*) FROM shapes WHERE maybe IS NULL")
                .getInt(0))
        .isEqualTo(ROWS / 4);
    assertThat(query("SET sqlDialect='pinot'; SELECT number FROM shapes").getRowCount())
        .isEqualTo(10);
  }

  @Test
  void failuresAreThrownWithTheBrokersSentence() {
    Connection connection = ConnectionFactory.fromHostList(cluster.broker());
    assertThatThrownBy(() -> connection.execute("SELECT COUNT(*) FROM nowhere"))
        .isInstanceOf(PinotClientException.class)
        .hasStackTraceContaining("nowhere");
    assertThatThrownBy(() -> connection.execute("SELECT numbr FROM shapes"))
        .isInstanceOf(PinotClientException.class)
        .hasStackTraceContaining("numbr");
    assertThatThrownBy(() -> connection.execute("SELECT FROM WHERE"))
        .isInstanceOf(PinotClientException.class);
  }

  private ResultSet query(String sql) {
    Connection connection = ConnectionFactory.fromHostList(cluster.broker());
    try {
      return connection.execute(sql).getResultSet(0);
    } finally {
    }
  }

  private static void countsAllRows(Connection connection) {
    try {
      ResultSetGroup answer = connection.execute("SELECT COUNT(*) FROM shapes");
      assertThat(answer.getExceptions()).isEmpty();
      assertThat(answer.getResultSetCount()).isEqualTo(1);
      assertThat(answer.getResultSet(0).getInt(0)).isEqualTo(ROWS);
    } finally {
    }
  }
}
