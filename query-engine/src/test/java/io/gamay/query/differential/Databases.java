package io.gamay.query.differential;

import io.gamay.query.testing.SqlDatabase;
import java.sql.SQLException;

/** The databases that one thread asks. */
record Databases(SqlDatabase duck, SqlDatabase h2) implements AutoCloseable {

  static Databases open() {
    try {
      return new Databases(SqlDatabase.duckDb(), SqlDatabase.h2());
    } catch (SQLException e) {
      throw new IllegalStateException("no database", e);
    }
  }

  @Override
  public void close() throws SQLException {
    duck.close();
    h2.close();
  }
}
