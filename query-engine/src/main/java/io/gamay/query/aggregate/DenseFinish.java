package io.gamay.query.aggregate;

import io.gamay.query.evaluate.DictionaryValues;
import io.gamay.query.merge.AggregateStates;
import io.gamay.query.merge.CountStates;
import io.gamay.query.merge.DistinctStates;
import io.gamay.query.merge.DoubleSumStates;
import io.gamay.query.merge.ExtremeStates;
import io.gamay.query.merge.IntegerSumStates;
import io.gamay.query.merge.ValueCountStates;
import io.gamay.query.merge.ValueStates;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.structure.ScaledValues;
import io.gamay.query.structure.SharedValues;
import io.gamay.query.vector.Vector;
import java.util.Optional;

/** Mergeable states of what was added up by dictIds. */
final class DenseFinish {

  private DenseFinish() {}

  static AggregateStates counts(DenseCounter counter, int[] groups) {
    CountStates states = new CountStates();
    states.ensureGroups(groups.length);
    for (int index = 0; index < groups.length; index++) {
      states.counts()[index] = counter.count(groups[index]);
    }
    return states;
  }

  /** In the form that the call's argument has elsewhere: exact for integers, else in doubles. */
  static AggregateStates sums(AggregateCall call, DenseSums sums, int[] groups) {
    AggregateStates states = AggregateStates.of(call);
    states.ensureGroups(groups.length);
    switch (states) {
      case IntegerSumStates integers -> {
        for (int index = 0; index < groups.length; index++) {
          long sum = sums.sum(groups[index]);
          integers.addSum(index, sum >> 63, sum);
          integers.counts()[index] = sums.count(groups[index]);
        }
      }
      case DoubleSumStates doubles -> {
        double power = Math.pow(10, sums.scale());
        for (int index = 0; index < groups.length; index++) {
          addScaled(doubles, index, sums.sum(groups[index]), power);
          doubles.counts()[index] = sums.count(groups[index]);
        }
      }
      default -> throw new IllegalStateException("no sum: " + call.function());
    }
    return states;
  }

  /** The quotient and what is missing from it, which a double does not hold. */
  private static void addScaled(DoubleSumStates states, int index, long scaled, double power) {
    double near = (double) scaled;
    double rest = (double) (scaled - (long) near);
    double sum = near / power;
    double missing = Math.fma(-sum, power, near);
    states.addSum(index, sum, (missing + rest) / power);
  }

  static AggregateStates extremes(
      AggregateCall call,
      DenseExtremes extremes,
      Optional<ScaledValues> scaled,
      DenseCounter counter,
      int[] groups) {
    ExtremeStates states = (ExtremeStates) AggregateStates.of(call);
    states.ensureGroups(groups.length);
    if (groups.length == 1 && counter.count(groups[0]) == 0) {
      return states;
    }
    if (scaled.isPresent()) {
      addScaled(states, extremes, scaled.get(), groups);
      return states;
    }
    int[] dictIds = new int[groups.length];
    for (int index = 0; index < groups.length; index++) {
      dictIds[index] = extremes.rank(groups[index]);
    }
    Vector values = DictionaryValues.read(extremes.dictionary(), dictIds, dictIds.length);
    for (int index = 0; index < groups.length; index++) {
      states.add(index, values, index);
    }
    return states;
  }

  static AggregateStates rawExtremes(
      AggregateCall call, RawExtremes extremes, DenseCounter counter, int[] groups) {
    ExtremeStates states = (ExtremeStates) AggregateStates.of(call);
    states.ensureGroups(groups.length);
    for (int index = 0; index < groups.length; index++) {
      if (counter.count(groups[index]) > 0) {
        states.addInteger(index, extremes.value(groups[index]));
      }
    }
    return states;
  }

  private static void addScaled(
      ExtremeStates states, DenseExtremes extremes, ScaledValues scaled, int[] groups) {
    for (int index = 0; index < groups.length; index++) {
      long value = scaled.min() + extremes.rank(groups[index]);
      switch (states.type()) {
        case INT, LONG -> states.addInteger(index, value);
        case FLOAT, DOUBLE -> states.addReal(index, value / scaled.power());
        case STRING, BYTES, BIG_DECIMAL ->
            throw new IllegalStateException("scaled values of " + states.type());
      }
    }
  }

  /** Sets of values by their shared numbers. */
  static AggregateStates distinctNumbers(
      DenseIdSets sets, SharedValues shared, int[] numberOf, int[] groups) {
    DistinctStates states = new DistinctStates(shared.type());
    states.ensureGroups(groups.length);
    for (int index = 0; index < groups.length; index++) {
      int[] ids = sets.members(groups[index]);
      for (int position = 0; position < ids.length; position++) {
        ids[position] = numberOf[ids[position]];
      }
      states.addNumbers(index, shared, ids);
    }
    return states;
  }

  /** Each value of a group once. */
  static AggregateStates distinct(AggregateCall call, DenseIdSets sets, int[] groups) {
    ValueStates states = (ValueStates) AggregateStates.of(call);
    states.ensureGroups(groups.length);
    for (int index = 0; index < groups.length; index++) {
      Vector values = sets.source().values(sets.members(groups[index]));
      for (int value = 0; value < values.rowCount(); value++) {
        if (!values.isNull(value)) {
          states.add(index, values, value);
        }
      }
    }
    states.settle();
    return states;
  }

  /** Each value of a group with the number of times that it was met. */
  static AggregateStates counted(AggregateCall call, DenseIdCounts counts, int[] groups) {
    ValueCountStates states = (ValueCountStates) AggregateStates.of(call);
    states.ensureGroups(groups.length);
    for (int index = 0; index < groups.length; index++) {
      int[] ids = counts.members(groups[index]);
      Vector values = counts.source().values(ids);
      for (int value = 0; value < ids.length; value++) {
        if (!values.isNull(value)) {
          states.add(index, values, value, counts.count(groups[index], ids[value]));
        }
      }
    }
    states.settle();
    return states;
  }
}
