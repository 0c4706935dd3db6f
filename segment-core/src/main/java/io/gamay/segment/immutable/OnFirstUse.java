package io.gamay.segment.immutable;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value that is made when it is first asked for, once. If making it throws, the next caller tries
 * again. Thread-safe.
 */
final class OnFirstUse<T> {

  private final Supplier<T> supplier;
  private volatile @Nullable T value;

  OnFirstUse(Supplier<T> supplier) {
    this.supplier = supplier;
  }

  T get() {
    T made = value;
    return made != null ? made : make();
  }

  private synchronized T make() {
    T made = value;
    if (made == null) {
      made = supplier.get();
      value = made;
    }
    return made;
  }
}
