package io.gamay.segment.ledger;

/** The fates of an offset as small numbers: four of their own, then one per rejection reason. */
final class Fate {

  static final int INDEXED = 0;
  static final int FILTERED = 1;
  static final int ABSENT = 2;
  static final int LOST = 3;
  static final int FIRST_REJECTED = 4;
  static final int COUNT = 16;

  private Fate() {}

  /**
   * @throws IllegalArgumentException if the reason's number leaves no room
   */
  static int rejected(RejectionReason reason) {
    int fate = FIRST_REJECTED + reason.number() - 1;
    if (fate >= COUNT) {
      throw new IllegalArgumentException("no fate for rejection reason " + reason);
    }
    return fate;
  }

  static String name(int fate) {
    return switch (fate) {
      case INDEXED -> "indexed";
      case FILTERED -> "filtered";
      case ABSENT -> "absent";
      case LOST -> "lost";
      default -> "rejected (%s)".formatted(RejectionReason.ofNumber(fate - FIRST_REJECTED + 1));
    };
  }
}
