package io.gamay.segment.memory;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Zeroed memory that the operating system may back by pages of 2 MB: a random access then misses
 * the TLB seldom, and one page fault stands for 512. On Linux it is mapped and advised so ({@code
 * mmap(2)}, {@code madvise(2)} with MADV_HUGEPAGE), and is taken from the machine page by page as
 * it is written; elsewhere it is ordinary memory.
 */
final class HugePages {

  /** Size of a huge page, in bytes. */
  static final long BYTES = 1L << 21;

  private static final int READ_AND_WRITE = 0x1 | 0x2;
  private static final int PRIVATE_AND_ANONYMOUS = 0x2 | 0x20;
  private static final int ADVICE_HUGE = 14;
  private static final long FAILED = -1;

  private static final Optional<Calls> LINUX = Calls.find();

  private HugePages() {}

  /**
   * @param byteSize a multiple of {@link #BYTES}
   * @return memory that lives as long as the arena, aligned to {@link #BYTES} on Linux
   * @throws OutOfMemoryError if the operating system refuses
   */
  static MemorySegment allocate(long byteSize, Arena arena) {
    return LINUX.isPresent()
        ? LINUX.get().map(byteSize, arena)
        : arena.allocate(byteSize, Long.BYTES);
  }

  private record Calls(MethodHandle mmap, MethodHandle madvise, MethodHandle munmap) {

    static Optional<Calls> find() {
      if (!System.getProperty("os.name").equals("Linux")) {
        return Optional.empty();
      }
      return Optional.of(
          new Calls(
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

    /** Maps one huge page more than asked for, so that an aligned part is in it. */
    @SuppressWarnings("restricted") // of what was mapped
    MemorySegment map(long byteSize, Arena arena) {
      long mappedBytes = byteSize + BYTES;
      long address = mapped(mappedBytes);
      MemorySegment all =
          MemorySegment.ofAddress(address)
              .reinterpret(mappedBytes, arena, _ -> unmap(address, mappedBytes));
      long skipped = -address & (BYTES - 1);
      advise(address + skipped, byteSize);
      return all.asSlice(skipped, byteSize);
    }

    private long mapped(long byteSize) {
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

    /** Advice only: a kernel that does not know it gives small pages. */
    private void advise(long address, long byteSize) {
      try {
        int _ = (int) madvise.invokeExact(address, byteSize, ADVICE_HUGE);
      } catch (Throwable e) {
        throw new IllegalStateException("madvise cannot be called", e);
      }
    }

    private void unmap(long address, long byteSize) {
      try {
        int _ = (int) munmap.invokeExact(address, byteSize);
      } catch (Throwable e) {
        throw new IllegalStateException("munmap cannot be called", e);
      }
    }
  }
}
