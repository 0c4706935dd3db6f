package io.gamay.benchmarks.mutable;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** What the current thread has used of the processor: not what its neighbours took from it. */
final class CpuTime {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private CpuTime() {}

  static long nanos() {
    return THREADS.getCurrentThreadCpuTime();
  }
}
