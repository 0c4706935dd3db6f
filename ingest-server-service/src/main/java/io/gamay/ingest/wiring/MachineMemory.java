package io.gamay.ingest.wiring;

import java.lang.management.ManagementFactory;

/** How much memory this process may take outside of its heap when nobody says. */
final class MachineMemory {

  private static final long LEAST_BYTES = 256L << 20;
  private static final int SHARE = 3;

  private MachineMemory() {}

  static long defaultForMutableSegments() {
    long total =
        ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean system
            ? system.getTotalMemorySize()
            : 0;
    return Math.max(LEAST_BYTES, (total - Runtime.getRuntime().maxMemory()) / SHARE);
  }
}
