package io.gamay.query.explain;

import java.util.OptionalLong;

/**
 * What an operator did; each number is empty where there is none.
 *
 * @param nanos of threads, in this operator alone: what its operands took is theirs
 * @param bytes of memory held, or received
 */
public record Measure(
    OptionalLong rowsIn, OptionalLong rowsOut, OptionalLong nanos, OptionalLong bytes) {

  /** Of what was not run. */
  public static final Measure NONE =
      new Measure(
          OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());

  public static Measure ofRows(long rowsIn, long rowsOut) {
    return new Measure(
        OptionalLong.of(rowsIn),
        OptionalLong.of(rowsOut),
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  public Measure withNanos(long spent) {
    return new Measure(rowsIn, rowsOut, OptionalLong.of(Math.max(0, spent)), bytes);
  }

  public Measure withBytes(long held) {
    return new Measure(rowsIn, rowsOut, nanos, OptionalLong.of(held));
  }

  Measure plus(Measure other) {
    return new Measure(
        sum(rowsIn, other.rowsIn),
        sum(rowsOut, other.rowsOut),
        sum(nanos, other.nanos),
        sum(bytes, other.bytes));
  }

  private static OptionalLong sum(OptionalLong one, OptionalLong other) {
    return one.isEmpty() || other.isEmpty()
        ? (one.isPresent() ? one : other)
        : OptionalLong.of(one.getAsLong() + other.getAsLong());
  }
}
