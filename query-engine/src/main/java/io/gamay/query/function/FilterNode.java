package io.gamay.query.function;

import java.util.List;

/**
 * A filter over values that have names, in a form without NOT but at its tests.
 *
 * @param <S> what names a value
 */
sealed interface FilterNode<S> {

  record All<S>(List<FilterNode<S>> parts) implements FilterNode<S> {
    public All {
      parts = List.copyOf(parts);
    }
  }

  record Any<S>(List<FilterNode<S>> parts) implements FilterNode<S> {
    public Any {
      parts = List.copyOf(parts);
    }
  }

  /** A test of a value, never true where there is no value. */
  record Tested<S>(S subject, ValueTest test, boolean negated) implements FilterNode<S> {

    boolean passes(FilterValue value) {
      return test.of(value) == (negated ? ValueTest.Verdict.NO : ValueTest.Verdict.YES);
    }
  }

  /** Whether there is a value. */
  record Present<S>(S subject, boolean negated) implements FilterNode<S> {}
}
