package io.gamay.query.merge;

/**
 * Which groups of its rows a result lacks; what it has may count less than all of its rows, where
 * parts of it lacked the group.
 *
 * @param isLimited there were more groups than the limit
 * @param isTrimmed groups at the end of the order were left out
 */
public record GroupLoss(boolean isLimited, boolean isTrimmed) {

  public static final GroupLoss NONE = new GroupLoss(false, false);
  public static final GroupLoss LIMITED = new GroupLoss(true, false);
  public static final GroupLoss TRIMMED = new GroupLoss(false, true);

  public GroupLoss plus(GroupLoss other) {
    return new GroupLoss(isLimited || other.isLimited, isTrimmed || other.isTrimmed);
  }
}
