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

  /** Processor time of another thread since its start; below 0 once it has ended. */
  public static long cpuNanos(Thread thread) {
    return THREADS.getThreadCpuTime(thread.threadId());
  }

  /** What was used since an earlier reading of the same thread. */
  public ThreadUsage minus(ThreadUsage before) {
    return new ThreadUsage(
        Math.max(0, cpuNanos - before.cpuNanos),
        Math.max(0, allocatedBytes - before.allocatedBytes));
  }

  public ThreadUsage plus(ThreadUsage other) {
    return new ThreadUsage(cpuNanos + other.cpuNanos, allocatedBytes + other.allocatedBytes);
  }
}
