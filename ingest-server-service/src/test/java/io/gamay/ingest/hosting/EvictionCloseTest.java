package io.gamay.ingest.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class EvictionCloseTest {

  /** What a server closes after it must be closed as well. */
  @Test
  void fetchThatDoesNotEndDoesNotHoldUpTheEnd() {
    NeverEnding keeper = new NeverEnding();
    NeverEnding fetchers = new NeverEnding();
    new Eviction(new LocalRoom(OptionalLong.empty()), keeper, fetchers, System::nanoTime).close();
    assertThat(keeper.isShutdown()).isTrue();
    assertThat(fetchers.isShutdown()).isTrue();
  }

  private static final class NeverEnding extends AbstractExecutorService {

    private boolean isShutdown;

    @Override
    public void shutdown() {
      isShutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
      isShutdown = true;
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return isShutdown;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return false;
    }

    @Override
    public void execute(Runnable command) {
      throw new UnsupportedOperationException();
    }
  }
}
