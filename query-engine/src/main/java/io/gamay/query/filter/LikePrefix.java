package io.gamay.query.filter;

import io.gamay.query.plan.TypedExpression.Like;

/**
 * With what every text begins that a LIKE pattern matches.
 *
 * @param isAll whether every text that begins so matches
 */
record LikePrefix(String text, boolean isAll) {

  /** Empty, and not all, where letters match in either case. */
  static LikePrefix of(Like like) {
    String pattern = like.pattern();
    if (like.caseInsensitive()) {
      return new LikePrefix("", false);
    }
    StringBuilder text = new StringBuilder();
    for (int index = 0; index < pattern.length(); index++) {
      char character = pattern.charAt(index);
      if (like.escape().isPresent() && like.escape().get() == character) {
        if (++index == pattern.length()) {
          return new LikePrefix("", false);
        }
        text.append(pattern.charAt(index));
      } else if (character == '%' || character == '_') {
        return new LikePrefix(text.toString(), pattern.substring(index).equals("%"));
      } else {
        text.append(character);
      }
    }
    return new LikePrefix(text.toString(), false);
  }
}
