package io.gamay.query.aggregate;

import io.gamay.query.evaluate.DictionaryValues;
import io.gamay.query.merge.AggregateStates;
import io.gamay.query.merge.CountStates;
import io.gamay.query.merge.DistinctStates;
import io.gamay.query.merge.DoubleSumStates;
import io.gamay.query.merge.ExtremeStates;
import io.gamay.query.merge.IntegerSumStates;
import io.gamay.query.plan.AggregateCall;
import io.gamay.query.structure.ScaledValues;
import io.gamay.query.structure.SharedValues;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.DictionaryReader;
import java.util.Arrays;
import java.util.Optional;
import org.roaringbitmap.RoaringBitmap;

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

  static AggregateStates distinct(DenseIdSets sets, Optional<SharedValues> shared, int[] groups) {
    return shared.isPresent()
        ? distinctNumbers(sets, shared.get(), groups)
        : distinctValues(sets, groups);
  }

  private static AggregateStates distinctNumbers(
      DenseIdSets sets, SharedValues shared, int[] groups) {
    int[] numberOf = shared.numbersOf(sets.dictionary());
    DistinctStates states = new DistinctStates(shared.type());
    states.ensureGroups(groups.length);
    for (int index = 0; index < groups.length; index++) {
      int[] ids = members(sets.bits(), groups[index] * sets.wordsPerGroup(), sets.wordsPerGroup());
      for (int position = 0; position < ids.length; position++) {
        ids[position] = numberOf[ids[position]];
      }
      states.addNumbers(index, shared, ids);
    }
    return states;
  }

  private static AggregateStates distinctValues(DenseIdSets sets, int[] groups) {
    DictionaryReader dictionary = sets.dictionary();
    long[] used = new long[sets.wordsPerGroup()];
    for (int group : groups) {
      for (int word = 0; word < used.length; word++) {
        used[word] |= sets.bits()[group * used.length + word];
      }
    }
    int[] usedIds = members(used, 0, used.length);
    Vector values = DictionaryValues.read(dictionary, usedIds, usedIds.length);
    int[] rankOf = new int[dictionary.cardinality()];
    for (int rank = 0; rank < usedIds.length; rank++) {
      rankOf[usedIds[rank]] = rank;
    }
    int[] numberHere = new int[usedIds.length];
    Arrays.fill(numberHere, -1);
    DistinctStates states = new DistinctStates(dictionary.storedType());
    states.ensureGroups(groups.length);
    for (int index = 0; index < groups.length; index++) {
      int[] ids = members(sets.bits(), groups[index] * used.length, used.length);
      for (int position = 0; position < ids.length; position++) {
        ids[position] = rankOf[ids[position]];
      }
      states.addAll(index, RoaringBitmap.bitmapOf(ids), values, numberHere);
    }
    return states;
  }

  /** The positions of the bits that are set in a run of words. */
  private static int[] members(long[] bits, int from, int words) {
    int count = 0;
    for (int word = 0; word < words; word++) {
      count += Long.bitCount(bits[from + word]);
    }
    int[] members = new int[count];
    int next = 0;
    for (int word = 0; word < words; word++) {
      for (long rest = bits[from + word]; rest != 0; rest &= rest - 1) {
        members[next++] = (word << 6) + Long.numberOfTrailingZeros(rest);
      }
    }
    return members;
  }
}
