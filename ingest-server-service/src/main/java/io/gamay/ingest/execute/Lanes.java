package io.gamay.ingest.execute;

/**
 * How many pieces of queries run at a time: quick ones whenever a thread's worth of processor is
 * theirs, long ones in the room that these leave, but always one. Guarded by its user's lock.
 */
final class Lanes {

  private final int width;
  private int quick;
  private int going;

  /**
   * @param width pieces that the processors serve at a time
   */
  Lanes(int width) {
    this.width = width;
  }

  boolean hasQuickRoom() {
    return quick < width;
  }

  /**
   * @param quickWaits whether a quick piece waits for a thread
   */
  boolean hasLongRoom(boolean quickWaits) {
    return going == 0 || (!quickWaits && quick + going < width);
  }

  void begin(boolean isLong) {
    if (isLong) {
      going++;
    } else {
      quick++;
    }
  }

  void end(boolean isLong) {
    if (isLong) {
      going--;
    } else {
      quick--;
    }
  }
}
