package io.gamay.simulation;

import io.gamay.broker.gather.QueryAnswer;
import io.gamay.query.merge.Cell;
import io.gamay.query.merge.ResultTable;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.schema.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The clients of one broker. An answer that is not flagged has exactly the rows of the offsets that
 * it says it covers (P6), and covers no less than any before it (P3), restarts of the broker
 * included.
 */
final class AnswerChecker {

  private final World world;
  private final String broker;
  private final Map<Integer, Long> highs = new HashMap<>();
  private int answers;
  private int flagged;

  AnswerChecker(World world, String broker) {
    this.world = world;
    this.broker = broker;
  }

  /** What a client asks for, and what of it an offset must be to be in the answer. */
  enum Question {
    ROWS("SELECT part, place FROM trips LIMIT 100000"),
    ROWS_BEHIND("SELECT part, place FROM trips WHERE place >= %d LIMIT 100000"),
    COUNTS("SELECT part, COUNT(*) FROM trips GROUP BY part LIMIT 1000");

    private final String sql;

    Question(String sql) {
      this.sql = sql;
    }

    String sql(long from) {
      return sql.formatted(from);
    }
  }

  int answers() {
    return answers;
  }

  int flagged() {
    return flagged;
  }

  /** Up to where an answer has reached in a partition. */
  long high(int partition) {
    return highs.getOrDefault(partition, 0L);
  }

  /** Up to where answers have reached now: what is asked from now on covers no less. */
  Map<Integer, Long> marks() {
    return Map.copyOf(highs);
  }

  /**
   * @param from rows before it were not asked for
   * @param marks as they were when the question was asked
   */
  void check(Question question, long from, Map<Integer, Long> marks, QueryAnswer answer) {
    world.mix(answer.coverage().hashCode());
    if (answer.isPartial() || !answer.problems().isEmpty() || answer.table().isEmpty()) {
      flagged++;
      world.note(() -> "%s flags: %s".formatted(broker, answer.problems()));
      return;
    }
    answers++;
    world.note(() -> "%s answers %s".formatted(broker, answer.coverage()));
    checkCoverage(marks, answer);
    switch (question) {
      case ROWS -> checkRows(answer, 0);
      case ROWS_BEHIND -> checkRows(answer, from);
      case COUNTS -> checkCounts(answer);
    }
  }

  private void checkCoverage(Map<Integer, Long> marks, QueryAnswer answer) {
    for (Map.Entry<Integer, List<OffsetRange>> covered : answer.coverage().entrySet()) {
      List<OffsetRange> ranges = covered.getValue();
      int partition = covered.getKey();
      long start = world.metadata.partition(partition).firstEntry().getValue().startOffset();
      if (ranges.size() > 1 || (ranges.size() == 1 && ranges.getFirst().start() != start)) {
        fail("partition %d is covered with gaps: %s".formatted(partition, ranges), answer);
      }
    }
    marks.forEach(
        (partition, high) -> {
          long now =
              answer.coverage().getOrDefault(partition, List.of()).stream()
                  .mapToLong(OffsetRange::end)
                  .max()
                  .orElse(0);
          if (now < high) {
            fail(
                "partition %d was answered up to %d, now up to %d".formatted(partition, high, now),
                answer);
          }
        });
    answer
        .coverage()
        .forEach(
            (partition, ranges) ->
                ranges.forEach(range -> highs.merge(partition, range.end(), Math::max)));
  }

  private void checkRows(QueryAnswer answer, long from) {
    Map<Integer, Set<Long>> rows = new TreeMap<>();
    ResultTable table = answer.table().orElseThrow();
    for (int row = 0; row < table.rowCount(); row++) {
      int partition = (int) number(table.cell(row, 0));
      long offset = number(table.cell(row, 1));
      if (!rows.computeIfAbsent(partition, _ -> new TreeSet<>()).add(offset)) {
        fail("row %d of partition %d comes twice".formatted(offset, partition), answer);
      }
    }
    for (Map.Entry<Integer, List<OffsetRange>> covered : answer.coverage().entrySet()) {
      int partition = covered.getKey();
      Set<Long> found = rows.getOrDefault(partition, Set.of());
      Set<Long> surplus = new TreeSet<>(found);
      for (OffsetRange range : covered.getValue()) {
        for (long offset = Math.max(from, range.start()); offset < range.end(); offset++) {
          boolean isRow = world.topic.partition(partition).isRow(offset);
          boolean isFound = surplus.remove(offset);
          if (isRow && !isFound && !world.metadata.isLost(partition, offset)) {
            fail("row %d of partition %d is not there".formatted(offset, partition), answer);
          }
          if (isFound && !isRow) {
            fail("offset %d of partition %d is no row".formatted(offset, partition), answer);
          }
        }
      }
      if (!surplus.isEmpty()) {
        fail("rows %s of partition %d are not covered".formatted(surplus, partition), answer);
      }
    }
  }

  private void checkCounts(QueryAnswer answer) {
    Map<Integer, Long> counts = new TreeMap<>();
    ResultTable table = answer.table().orElseThrow();
    for (int row = 0; row < table.rowCount(); row++) {
      counts.merge((int) number(table.cell(row, 0)), number(table.cell(row, 1)), Long::sum);
    }
    for (Map.Entry<Integer, List<OffsetRange>> covered : answer.coverage().entrySet()) {
      int partition = covered.getKey();
      long least = 0;
      long most = 0;
      for (OffsetRange range : covered.getValue()) {
        for (long offset = range.start(); offset < range.end(); offset++) {
          if (world.topic.partition(partition).isRow(offset)) {
            most++;
            least += world.metadata.isLost(partition, offset) ? 0 : 1;
          }
        }
      }
      long count = counts.getOrDefault(partition, 0L);
      if (count < least || count > most) {
        fail(
            "partition %d counts %d rows, expected %d to %d"
                .formatted(partition, count, least, most),
            answer);
      }
    }
  }

  private static long number(Cell cell) {
    return switch (cell) {
      case Cell.Single(Value.IntValue(int value)) -> value;
      case Cell.Single(Value.LongValue(long value)) -> value;
      default -> throw new IllegalStateException("not a number: " + cell);
    };
  }

  private void fail(String what, QueryAnswer answer) {
    world.fail("%s: %s; covered %s".formatted(broker, what, answer.coverage()));
  }
}
