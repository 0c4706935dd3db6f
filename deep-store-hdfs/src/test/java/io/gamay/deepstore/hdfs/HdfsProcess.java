package io.gamay.deepstore.hdfs;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/**
 * {@link SmallHdfs} as a process of its own, for tests of other modules: prints {@code URI is
 * ready}, with a directory that does not exist yet, and runs until it is told to end (SIGTERM). Its
 * class path: {@code target/test-classes} and what stands in {@code target/test-classpath}.
 */
public final class HdfsProcess {

  private HdfsProcess() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    System.out.println(SmallHdfs.shared().newDirectory() + " is ready");
    new CountDownLatch(1).await();
  }
}
