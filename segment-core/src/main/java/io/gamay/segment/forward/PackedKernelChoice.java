package io.gamay.segment.forward;

/**
 * Which kernel this JVM runs. The Vector API is an incubating module: a JVM started without {@code
 * --add-modules jdk.incubator.vector} does not have it, and vectors below 256 bits are not worth
 * it.
 */
final class PackedKernelChoice {

  static final PackedKernel BEST = choose();

  private PackedKernelChoice() {}

  private static PackedKernel choose() {
    boolean hasModule = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    return hasModule && VectorPackedKernel.isWorthwhile()
        ? VectorPackedKernel.INSTANCE
        : ScalarPackedKernel.INSTANCE;
  }
}
