package io.gamay.controller.commit;

import java.time.Duration;

/**
 * Times of the commit protocol. They cost work when wrong, never correctness.
 *
 * @param holdTime from the first report to the decision, when live members are silent
 * @param firstDeadline of attempt 1; doubles with each attempt
 * @param deadlineCap longest time an attempt is given
 * @param awayWait how long a loss is not declared while a member that may hold more is away or
 *     silent
 */
public record CommitPolicy(
    Duration holdTime, Duration firstDeadline, Duration deadlineCap, Duration awayWait) {

  public static final CommitPolicy DEFAULT =
      new CommitPolicy(
          Duration.ofSeconds(3),
          Duration.ofSeconds(120),
          Duration.ofMinutes(30),
          Duration.ofMinutes(10));

  /**
   * @param attempt 1 for the first
   */
  Duration attemptTime(int attempt) {
    Duration time = firstDeadline;
    for (int doubled = 1; doubled < attempt && time.compareTo(deadlineCap) < 0; doubled++) {
      time = time.multipliedBy(2);
    }
    return time.compareTo(deadlineCap) < 0 ? time : deadlineCap;
  }
}
