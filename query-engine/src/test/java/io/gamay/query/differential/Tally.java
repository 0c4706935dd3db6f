package io.gamay.query.differential;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What was compared, counted over all cases. Thread-safe. */
final class Tally {

  /** A case is a query of the first group; the others say what it was compared with, and how. */
  enum Count {
    PLAN("plans"),
    STANDARD_TEXT("texts in the standard dialect"),
    PINOT_TEXT("texts in Pinot's dialect"),
    LIVING("plans over growing partitions"),

    WITH_ROWS("of them with rows"),
    BY_ORACLE("answers as the oracle's"),
    BY_DUCK("as DuckDB's"),
    BY_H2("as H2's"),

    ON_ONE_SERVER("of one server"),
    FINISHED("finished by one server"),
    ON_THREE_SERVERS("of three servers"),
    WITH_CACHE("with results that may be kept"),
    REUSED("segments reused"),
    DURING_WRITES("while rows arrived"),
    SEALS("seals"),

    TABLES("tables"),
    FAILING("queries that fail for a value"),
    REFUSED("queries that a database refused"),
    NO_SQL("queries that no database was asked");

    private final String words;

    Count(String words) {
      this.words = words;
    }
  }

  private final Map<Count, LongAdder> counts = new EnumMap<>(Count.class);

  Tally() {
    for (Count count : Count.values()) {
      counts.put(count, new LongAdder());
    }
  }

  void add(Count count) {
    add(count, 1);
  }

  void add(Count count, long times) {
    adder(count).add(times);
  }

  long of(Count count) {
    return adder(count).sum();
  }

  /** Queries whose answers were compared with what another implementation says. */
  long cases() {
    return of(Count.PLAN) + of(Count.STANDARD_TEXT) + of(Count.PINOT_TEXT) + of(Count.LIVING);
  }

  private LongAdder adder(Count count) {
    LongAdder adder = counts.get(count);
    if (adder == null) {
      throw new IllegalStateException("no count of " + count);
    }
    return adder;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(cases() + " cases");
    counts.forEach((count, sum) -> text.append(", ").append(sum).append(' ').append(count.words));
    return text.toString();
  }
}
