package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.vector.Vector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one kind of sketch is made, fed, merged and read; its parameters are its fields. Two kinds
 * are the same if they are equal. Stateless.
 *
 * @param <S> the sketch
 */
interface SketchKind<S> {

  /** The name on the wire. */
  String name();

  /** Whole numbers that, with the name, say all about the kind. */
  List<Integer> parameters();

  S create();

  /** Takes in the value at a value index, so many times. */
  void update(S sketch, Vector values, int value, long count, ByteScratch scratch);

  /** Takes in another sketch, which stays as it is; returns what holds both, mostly the target. */
  S merge(S target, S other);

  /** Brings a sketch into its most compact form. */
  default void settle(S sketch) {}

  byte[] write(S sketch);

  /**
   * @throws RuntimeException if the bytes are no sketch of this kind
   */
  S read(byte[] bytes);

  /** Memory held, roughly. */
  long sizeBytes(S sketch);

  /**
   * Appends what the function makes of a sketch.
   *
   * @param sketch null where no value was met
   */
  void append(AggregateCall call, @Nullable S sketch, Vector target);
}
