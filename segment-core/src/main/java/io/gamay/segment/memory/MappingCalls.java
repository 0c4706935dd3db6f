package io.gamay.segment.memory;

/** What {@link HugePages} asks of the operating system. Addresses and sizes in bytes. */
interface MappingCalls {

  /**
   * Maps zeroed memory.
   *
   * @return its address
   * @throws OutOfMemoryError if the operating system refuses
   */
  long map(long byteSize);

  /** Advice only: a kernel that does not know it gives small pages. */
  void adviseHuge(long address, long byteSize);

  /** Returns whether it is done. */
  boolean unmap(long address, long byteSize);
}
