package io.gamay.query.explain;

import java.util.ArrayList;
import java.util.List;

/**
 * Why something is done as it is: words, and the numbers that decided.
 *
 * @param words with {@code {}} where a number stands; the same for all segments that run alike
 */
public record Clause(String words, List<Amount> amounts) {

  private static final String PLACE = "{}";

  public Clause {
    amounts = List.copyOf(amounts);
  }

  public static Clause of(String words, Amount... amounts) {
    return new Clause(words, List.of(amounts));
  }

  /** Of both, which are alike. */
  Clause plus(Clause other) {
    List<Amount> both = new ArrayList<>(amounts.size());
    for (int index = 0; index < amounts.size(); index++) {
      both.add(amounts.get(index).plus(other.amounts.get(index)));
    }
    return new Clause(words, both);
  }

  public String text() {
    StringBuilder text = new StringBuilder();
    int from = 0;
    for (Amount amount : amounts) {
      int place = words.indexOf(PLACE, from);
      if (place < 0) {
        break;
      }
      text.append(words, from, place).append(amount.text());
      from = place + PLACE.length();
    }
    return text.append(words, from, words.length()).toString();
  }
}
