package io.gamay.segment.memory;

import java.util.TreeMap;

/** Calls to this machine, one of which fails; knows what is mapped. */
final class FaultyCalls implements MappingCalls {

  private final MappingCalls machine;
  private final int failing;

  /** End by start, of what is mapped. */
  private final TreeMap<Long, Long> regions = new TreeMap<>();

  private Runnable beforeMap = () -> {};
  private int calls;

  /**
   * @param failing the call that fails, counted from 0; -1: none
   */
  FaultyCalls(MappingCalls machine, int failing) {
    this.machine = machine;
    this.failing = failing;
  }

  /** To be run when something is about to be mapped. */
  void setBeforeMap(Runnable action) {
    beforeMap = action;
  }

  synchronized int calls() {
    return calls;
  }

  synchronized long mappedBytes() {
    return regions.entrySet().stream().mapToLong(r -> r.getValue() - r.getKey()).sum();
  }

  @Override
  public long map(long byteSize) {
    if (isFailing()) {
      throw new OutOfMemoryError("injected");
    }
    beforeMap.run();
    long address = machine.map(byteSize);
    add(address, address + byteSize);
    return address;
  }

  @Override
  public void adviseHuge(long address, long byteSize) {
    if (isFailing()) {
      throw new IllegalStateException("injected");
    }
    machine.adviseHuge(address, byteSize);
  }

  @Override
  public boolean unmap(long address, long byteSize) {
    return !isFailing() && machine.unmap(address, byteSize) && remove(address, address + byteSize);
  }

  private synchronized boolean isFailing() {
    return calls++ == failing;
  }

  private synchronized void add(long start, long end) {
    regions.put(start, end);
  }

  private synchronized boolean remove(long start, long end) {
    var region = regions.floorEntry(start);
    if (region == null || region.getValue() < end) {
      throw new AssertionError("[%x, %x) is not mapped".formatted(start, end));
    }
    regions.remove(region.getKey());
    if (region.getKey() < start) {
      regions.put(region.getKey(), start);
    }
    if (end < region.getValue()) {
      regions.put(end, region.getValue());
    }
    return true;
  }
}
