package io.gamay.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** pinot-jdbc-client, with the broker found by the controller. */
@ExtendWith(ClusterUnderTest.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JdbcClientIT {

  private static final int ROWS = ClusterUnderTest.ROWS;

  private final ClusterUnderTest cluster;
  private final Connection connection;

  JdbcClientIT(ClusterUnderTest cluster) throws SQLException {
    this.cluster = cluster;
    this.connection = DriverManager.getConnection("jdbc:pinot://" + cluster.controller());
  }

  @AfterAll
  void close() throws SQLException {
    connection.close();
  }

  @Test
  void valuesOfEveryTypeAreReadAsTheyWereProduced() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT * FROM shapes WHERE number = 7")) {
      assertThat(row.next()).isTrue();
      assertThat(row.getString("name")).isEqualTo("n3");
      assertThat(row.getInt("number")).isEqualTo(7);
      assertThat(row.getLong("large")).isEqualTo(70_000_000_000L);
      assertThat(row.getFloat("single")).isEqualTo(1.75f);
      assertThat(row.getDouble("twofold")).isEqualTo(0.875);
      assertThat(row.getBigDecimal("exact")).isEqualTo(new BigDecimal("7.25"));
      assertThat(row.getBoolean("flag")).isFalse();
      assertThat(row.getString("doc")).isEqualTo("{\"i\":7}");
      assertThat(row.getBytes("raw")).containsExactly(0x0a, 0x07);
      assertThat(row.getString("labels")).isEqualTo("[\"l1\",\"all\"]");
      assertThat(row.getLong("weight")).isEqualTo(14);
      assertThat(row.getTimestamp("at")).isEqualTo(Timestamp.valueOf("2026-01-02 03:04:07"));
      assertThat(row.getObject("number")).isEqualTo(7);
      assertThat(row.getInt("maybe")).isEqualTo(7);
      assertThat(row.next()).isFalse();
    }
  }

  @Test
  void columnsOfAResultHaveTheirNamesAndTypes() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT name, number, large, single, twofold, exact, flag, raw, at,"
                    + " COUNT(*) AS many FROM shapes WHERE number = 7"
                    + " GROUP BY name, number, large, single, twofold, exact, flag, raw, at")) {
      ResultSetMetaData columns = row.getMetaData();
      List<String> names = new ArrayList<>();
      List<Integer> types = new ArrayList<>();
      for (int column = 1; column <= columns.getColumnCount(); column++) {
        names.add(columns.getColumnName(column));
        types.add(columns.getColumnType(column));
      }
      assertThat(names)
          .containsExactly(
              "name", "number", "large", "single", "twofold", "exact", "flag", "raw", "at", "many");
      int longs = Types.INTEGER; // what this client makes of LONG
      assertThat(types)
          .containsExactly(
              Types.VARCHAR,
              Types.INTEGER,
              longs,
              Types.FLOAT,
              Types.DOUBLE,
              Types.DECIMAL,
              Types.BOOLEAN,
              Types.BINARY,
              Types.TIMESTAMP,
              longs);
    }
  }

  @Test
  void allRowsComeWithoutALimit() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT number FROM shapes ORDER BY number")) {
      for (int row = 0; row < ROWS; row++) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getInt(1)).isEqualTo(row);
      }
      assertThat(rows.next()).isFalse();
    }
  }

  @Test
  void preparedStatementFillsInItsParameters() throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT COUNT(*) FROM shapes WHERE name = ? AND number < ? AND flag = ?")) {
      statement.setString(1, "n2");
      statement.setInt(2, 20);
      statement.setBoolean(3, true);
      try (ResultSet rows = statement.executeQuery()) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getInt(1)).isEqualTo(5);
      }
    }
  }

  @Test
  void optionsOfTheConnectionStandBeforeItsQueries() throws SQLException {
    Properties options = new Properties();
    options.put("enableNullHandling", "true");
    try (Connection withNulls =
            DriverManager.getConnection("jdbc:pinot://" + cluster.controller(), options);
        Statement statement = withNulls.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT maybe FROM shapes WHERE number IN (4, 5) ORDER BY number")) {
      assertThat(rows.next()).isTrue();
      rows.getInt(1);
      assertThat(rows.wasNull()).isTrue();
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isEqualTo(5);
      assertThat(rows.wasNull()).isFalse();
    }
  }

  @Test
  void brokersMayStandInTheAddress() throws SQLException {
    String url =
        "jdbc:pinot://"
            + cluster.controller()
            + "?tenant=DefaultTenant&brokers="
            + cluster.broker();
    try (Connection direct = DriverManager.getConnection(url);
        Statement statement = direct.createStatement();
        ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM shapes")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isEqualTo(ROWS);
    }
  }

  @Test
  void metadataListsTablesAndColumns() throws SQLException {
    DatabaseMetaData metaData = connection.getMetaData();
    assertThat(values(metaData.getTables(null, null, "%", null), "TABLE_NAME")).contains("shapes");
    ResultSet columns = metaData.getColumns(null, null, "shapes", "%");
    assertThat(values(columns, "COLUMN_NAME"))
        .containsExactlyInAnyOrder(
            "name", "number", "large", "single", "twofold", "exact", "flag", "doc", "raw", "labels",
            "maybe", "weight", "at");
    assertThat(metaData.getDatabaseProductName()).isNotEmpty();
    assertThat(metaData.getURL()).startsWith("jdbc:pinot:");
    try (ResultSet schemas = metaData.getSchemas();
        ResultSet catalogs = metaData.getCatalogs();
        ResultSet types = metaData.getTableTypes()) {
      assertThat(schemas).isNotNull();
      assertThat(catalogs).isNotNull();
      assertThat(types).isNotNull();
    }
  }

  @Test
  void failuresAreThrownWithTheBrokersSentence() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.executeQuery("SELECT COUNT(*) FROM nowhere"))
          .isInstanceOf(SQLException.class)
          .hasStackTraceContaining("nowhere");
      assertThatThrownBy(() -> statement.executeQuery("SELECT numbr FROM shapes"))
          .isInstanceOf(SQLException.class)
          .hasStackTraceContaining("numbr");
    }
  }

  private static List<String> values(ResultSet rows, String column) throws SQLException {
    List<String> values = new ArrayList<>();
    while (rows.next()) {
      values.add(rows.getString(column));
    }
    return values;
  }
}
