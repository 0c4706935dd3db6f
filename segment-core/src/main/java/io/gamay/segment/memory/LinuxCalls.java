package io.gamay.segment.memory;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** {@code mmap(2)}, {@code madvise(2)} with MADV_HUGEPAGE, {@code munmap(2)}. */
record LinuxCalls(MethodHandle mmap, MethodHandle madvise, MethodHandle munmap)
    implements MappingCalls {

  private static final int READ_AND_WRITE = 0x1 | 0x2;
  private static final int PRIVATE_AND_ANONYMOUS = 0x2 | 0x20;
  private static final int ADVICE_HUGE = 14;
  private static final long FAILED = -1;

  /** Empty on other systems. */
  static Optional<MappingCalls> find() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return Optional.empty();
    }
    return Optional.of(
        new LinuxCalls(
            call(
                "mmap",
                FunctionDescriptor.of(
                    JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG)),
            call("madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT)),
            call("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG))));
  }

  @SuppressWarnings("restricted") // calls the operating system
  private static MethodHandle call(String name, FunctionDescriptor signature) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), signature);
  }

  @Override
  public long map(long byteSize) {
    long address;
    try {
      address =
          (long)
              mmap.invokeExact(
                  MemorySegment.NULL, byteSize, READ_AND_WRITE, PRIVATE_AND_ANONYMOUS, -1, 0L);
    } catch (Throwable e) {
      throw new IllegalStateException("mmap cannot be called", e);
    }
    if (address == FAILED) {
      throw new OutOfMemoryError("the machine has no %d bytes left to map".formatted(byteSize));
    }
    return address;
  }

  @Override
  public void adviseHuge(long address, long byteSize) {
    try {
      int _ = (int) madvise.invokeExact(address, byteSize, ADVICE_HUGE);
    } catch (Throwable e) {
      throw new IllegalStateException("madvise cannot be called", e);
    }
  }

  @Override
  public boolean unmap(long address, long byteSize) {
    try {
      return (int) munmap.invokeExact(address, byteSize) == 0;
    } catch (Throwable e) {
      throw new IllegalStateException("munmap cannot be called", e);
    }
  }
}
