package io.gamay.query.filter;

import io.gamay.query.explain.Amount;
import io.gamay.query.explain.Clause;
import java.util.function.Supplier;
import org.roaringbitmap.ImmutableBitmapDataProvider;

/** What became of asking an inverted index, or a dictionary, for the rows of a condition. */
sealed interface IndexUse {

  /**
   * @param docIds makes the list; to be asked once
   * @param values of the dictionary that match
   * @param rows that hold one of them, at most {@code limit}; of lists a row may be counted twice
   * @param ofElements whether the column is one of lists
   */
  record Listed(
      Supplier<ImmutableBitmapDataProvider> docIds,
      int values,
      long rows,
      long limit,
      boolean ofElements)
      implements IndexUse {}

  /**
   * @param found the number that decided; {@code limit} what it was compared with
   */
  record Refused(Reason reason, long found, long limit) implements IndexUse {

    static Refused of(Reason reason) {
      return new Refused(reason, 0, 0);
    }

    Clause clause() {
      return switch (reason) {
        case MANY_VALUES, MANY_ROWS, LONGER_LIST, MANY_VALUES_FOR_ROWS ->
            Clause.of(reason.words, Amount.each(found), Amount.each(limit));
        case NOT_ASKED,
            NO_INDEX,
            NEGATED,
            NOT_LISTED,
            NO_DICTIONARY,
            HAS_NULLS,
            NOT_ONE_COLUMN,
            MAY_FAIL,
            NOT_CONSTANT ->
            Clause.of(reason.words);
      };
    }
  }

  /** Why an index gives nothing, or why a condition is not tested on a dictionary's values. */
  enum Reason {
    NOT_ASKED("an index is asked for conditions of the outermost AND only"),
    NO_INDEX("no inverted index"),
    NEGATED("an index lists only what is left out"),
    MANY_VALUES("{} values match, more than {} that an index is asked for"),
    MANY_ROWS("an index lists {} rows or more, more than {}"),
    NOT_LISTED("an index counts a value's rows but does not list them: they are too many"),
    LONGER_LIST("an index lists {} rows, and {} for another condition, whose rows are tested"),
    NO_DICTIONARY("no dictionary"),
    HAS_NULLS("the column has NULLs here"),
    MANY_VALUES_FOR_ROWS("{} values in the dictionary, more than one for two rows ({})"),
    NOT_ONE_COLUMN("it reads something else than one single-value column"),
    MAY_FAIL("it may fail for a value that no row has"),
    NOT_CONSTANT("it compares with something else than constants");

    private final String words;

    Reason(String words) {
      this.words = words;
    }
  }
}
