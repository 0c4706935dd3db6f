package io.gamay.query.budget;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What a thread has used up.
 *
 * @param cpuNanos time on a processor
 * @param allocatedBytes memory of the heap, also such as is free again
 */
public record ThreadUsage(long cpuNanos, long allocatedBytes) {

  public static final ThreadUsage NONE = new ThreadUsage(0, 0);

  private static final ThreadMXBean THREADS =
      (ThreadMXBean) ManagementFactory.getPlatformMXBean(java.lang.management.ThreadMXBean.class);

  /** Of the calling thread since its start. */
  public static ThreadUsage now() {
    return new ThreadUsage(
        THREADS.getCurrentThreadCpuTime(), THREADS.getCurrentThreadAllocatedBytes());
  }

  /** Of the calling thread since an earlier {@link #now()}. */
  public static ThreadUsage since(ThreadUsage before) {
    ThreadUsage now = now();
    return new ThreadUsage(
        Math.max(0, now.cpuNanos - before.cpuNanos),
        Math.max(0, now.allocatedBytes - before.allocatedBytes));
  }

  public ThreadUsage plus(ThreadUsage other) {
    return new ThreadUsage(cpuNanos + other.cpuNanos, allocatedBytes + other.allocatedBytes);
  }
}
