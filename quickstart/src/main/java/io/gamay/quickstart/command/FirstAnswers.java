package io.gamay.quickstart.command;

import io.gamay.quickstart.client.AnswerText;
import io.gamay.quickstart.client.BrokerClient;
import io.gamay.quickstart.client.QueryAnswer;
import io.gamay.quickstart.console.Failure;
import io.gamay.quickstart.console.Terminal;
import io.gamay.quickstart.feed.TripsTable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/** The sample queries and their answers, for a cluster that has just come up. */
record FirstAnswers(Terminal terminal, BrokerClient broker, InstantSource clock) {

  /**
   * Shows them; a query that fails is told of, and is no reason to stop.
   *
   * @param isFed whether rows are expected
   * @param begin when the start began
   * @param hint what to do where a query fails
   */
  void show(boolean isFed, Instant begin, String hint) {
    try {
      QueryAnswer first = TripsTable.awaitAnswer(broker, isFed, clock);
      if (!first.exceptions().isEmpty()) {
        throw new Failure(first.exceptions().getFirst());
      }
      terminal.note(
          String.format(
              Locale.ROOT,
              "first query answered %.1f s after the start%n",
              Duration.between(begin, clock.instant()).toMillis() / 1000.0));
      TripsTable.SAMPLE_QUERIES.forEach(this::show);
    } catch (Failure failure) {
      terminal.error("a sample query failed: " + failure.getMessage());
      terminal.note("the cluster keeps running; " + hint);
    }
  }

  private void show(String sql) {
    QueryAnswer answer = broker.query(sql);
    terminal.line("gamay> " + sql);
    terminal.line(AnswerText.table(answer));
    answer.exceptions().forEach(terminal::error);
    terminal.line("");
  }
}
