package io.gamay.controller.leader;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/** Tasks that wait until the test runs them. */
public final class TaskQueue implements LeaderOffice.Runner, Executor {

  private static final int MANY = 1000;

  private final Deque<Runnable> tasks = new ArrayDeque<>();

  @Override
  public void run(Runnable task) {
    tasks.add(task);
  }

  @Override
  public void runLater(Runnable task, Duration delay) {
    tasks.add(task);
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  public void runAll() {
    for (int task = 0; task < MANY; task++) {
      Runnable next = tasks.poll();
      if (next == null) {
        return;
      }
      next.run();
    }
    throw new IllegalStateException("tasks without end");
  }
}
