package io.gamay.query.function;

import com.google.re2j.Pattern;
import io.gamay.query.function.FilterValue.Domain;
import io.gamay.query.function.FilterValue.Literal;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/** A test of one value that is there, in a filter within a text. Immutable. */
sealed interface ValueTest {

  /** What a test says; NEITHER: the value is of a kind that the test is not defined for. */
  enum Verdict {
    YES,
    NO,
    NEITHER
  }

  Verdict of(FilterValue value);

  private static Verdict when(boolean isTrue) {
    return isTrue ? Verdict.YES : Verdict.NO;
  }

  /** Equal to one of the literals, each in its own domain. */
  record OneOf(Map<Domain, NavigableSet<Object>> members) implements ValueTest {

    static OneOf of(List<Literal> literals) {
      Map<Domain, NavigableSet<Object>> members = new EnumMap<>(Domain.class);
      for (Literal literal : literals) {
        Domain domain = literal.domain();
        members.computeIfAbsent(domain, d -> new TreeSet<>(d::compare)).add(literal.value());
      }
      return new OneOf(members);
    }

    @Override
    public Verdict of(FilterValue value) {
      for (Map.Entry<Domain, NavigableSet<Object>> entry : members.entrySet()) {
        Object own = value.in(entry.getKey());
        if (own != null && entry.getValue().contains(own)) {
          return Verdict.YES;
        }
      }
      return Verdict.NO;
    }
  }

  /** Not below and not above; without a bound on one side, or with bounds of one domain. */
  record Range(Optional<Bound> low, Optional<Bound> high) implements ValueTest {

    record Bound(Literal literal, boolean isIncluded) {}

    @Override
    public Verdict of(FilterValue value) {
      Verdict above = low.map(bound -> of(value, bound, 1)).orElse(Verdict.YES);
      Verdict below = high.map(bound -> of(value, bound, -1)).orElse(Verdict.YES);
      if (above == Verdict.NO || below == Verdict.NO) {
        return Verdict.NO;
      }
      return above == Verdict.YES ? below : above;
    }

    private static Verdict of(FilterValue value, Bound bound, int side) {
      Domain domain = bound.literal().domain();
      Object own = value.in(domain);
      if (own == null) {
        return Verdict.NEITHER;
      }
      int order = Integer.signum(domain.compare(own, bound.literal().value())) * side;
      return when(order > 0 || (order == 0 && bound.isIncluded()));
    }
  }

  /** A part of the text matches. */
  record Matches(Pattern pattern) implements ValueTest {
    @Override
    public Verdict of(FilterValue value) {
      return when(pattern.matcher(value.text()).find());
    }
  }
}
