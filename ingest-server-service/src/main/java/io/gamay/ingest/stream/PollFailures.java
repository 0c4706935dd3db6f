package io.gamay.ingest.stream;

/**
 * What polls of a partition threw of late. After a failure no records are asked for during a number
 * of polls, so that a fault that stays is met about once a second; the reason stays visible until
 * records come or enough polls were clean. Used by the partition's thread.
 */
final class PollFailures {

  /** At {@link ConsumerProperties#LONGEST_POLL} each about a second. */
  private static final int PAUSED_POLLS = 10;

  private static final int CLEAN_POLLS = 50;

  private String reason = "";
  private int pausedPolls;
  private int cleanPolls;

  /** Why polls fail; empty when they do not. */
  String reason() {
    return reason;
  }

  /** Whether no records are to be asked for now. */
  boolean isPausing() {
    return pausedPolls > 0;
  }

  /**
   * A poll threw.
   *
   * @return whether it is another reason than that of the one before
   */
  boolean failed(String why) {
    boolean isNews = !why.equals(reason);
    reason = why;
    pausedPolls = PAUSED_POLLS;
    cleanPolls = 0;
    return isNews;
  }

  void recordsCame() {
    reason = "";
  }

  /**
   * A poll ended without records.
   *
   * @return whether records are to be asked for again from now on
   */
  boolean idlePollEnded() {
    if (pausedPolls > 0) {
      pausedPolls--;
      return pausedPolls == 0;
    }
    cleanPolls++;
    if (cleanPolls >= CLEAN_POLLS) {
      reason = "";
    }
    return false;
  }
}
