package io.gamay.ingest.execute;

import io.gamay.query.budget.ThreadUsage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads that serve queries in turns: each takes the next pieces of work, a tenth of a
 * millisecond's worth, of the query that has waited longest since its last ones, so that a query of
 * many pieces does not hold up one of few. A piece that runs for longer than a slice makes its
 * query a long one: it gives its thread's place away and goes on in the room that quick pieces
 * leave, in turns with other long ones, on a thread of low priority. A query may ask for fewer
 * threads at a time. How many queries there are at a time is bounded by whoever admits them. Where
 * quick pieces wait for pieces that do not give way by themselves, because they are long between
 * two blocks, these are counted as long where they stand. What makes a query long is processor
 * time: one that was held up, by a collector or by data that come from a disk, only gives room to
 * others meanwhile. Thread-safe.
 */
public final class QueryPool implements QueryWorkers, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(QueryPool.class);

  /** A quick piece takes less, and a long one holds its place so long when others wait. */
  private static final Duration SLICE = Duration.ofMillis(10);

  /** What pieces under way have to end when the pool is closed. */
  private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** What a piece takes before another thread is woken for the query's next one. */
  private static final long CALL_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

  /** For so long a thread goes on with pieces of the same query although others wait. */
  private static final long QUANTUM_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  /** A piece that waits for data instead of working keeps its place for so many slices. */
  private static final int MOST_IDLE_SLICES = 10;

  /** So many long pieces may have given their places away at a time, for each place. */
  private static final int SPARE_THREADS = 32;

  /** Guarded by the lock. */
  private final List<Thread> threads = new ArrayList<>();

  private final ReentrantLock lock = new ReentrantLock();

  /** Threads that wait for work; who waits shortest is woken first, as its caches are warmest. */
  private final ArrayDeque<Condition> idle = new ArrayDeque<>();

  private final Turns<Piece> turns;
  private final Condition heldUp = lock.newCondition();

  @SuppressWarnings("ThreadLocalUsage") // as many as there are pools
  private final ThreadLocal<Piece> current = new ThreadLocal<>();

  private final int threadCount;
  private final long sliceNanos;
  private final int maxThreads;
  private final Thread watch;
  private boolean isWatching;
  private boolean isClosed;

  /** A piece and the thread that works at it. */
  private static final class Piece extends Turns.Piece {
    private final Condition hasRoom;
    private final Thread thread = Thread.currentThread();

    /** What its thread had used when it began. */
    private final ThreadUsage usedBefore;

    /** When to look whether its slice is over; its own thread's. */
    private long sliceEndNanos;

    /** When it got its place; written by its own thread only. */
    private volatile long sinceNanos = System.nanoTime();

    /** Whether another thread was called for the query's next piece; its own thread's. */
    private boolean hasCalled;

    Piece(QueryRun run, Condition hasRoom, ThreadUsage usedBefore, long sliceNanos) {
      super(run);
      this.hasRoom = hasRoom;
      this.usedBefore = usedBefore;
      this.sliceEndNanos = sinceNanos + sliceNanos;
    }

    long heldNanos() {
      return System.nanoTime() - sinceNanos;
    }

    /** Processor time spent on it, given all that its thread has spent. */
    long workedNanos(long threadCpuNanos) {
      return threadCpuNanos - usedBefore.cpuNanos();
    }
  }

  /**
   * @param threadCount pieces that run at a time, but for long ones on their way out of a place
   */
  public QueryPool(int threadCount) {
    this(threadCount, SLICE);
  }

  QueryPool(int threadCount, Duration slice) {
    this.sliceNanos = slice.toNanos();
    this.threadCount = threadCount;
    turns = new Turns<>(threadCount);
    maxThreads = threadCount * (1 + SPARE_THREADS);
    lock.lock();
    try {
      for (int i = 0; i < threadCount; i++) {
        startThread();
      }
      watch = Thread.ofPlatform().name("query-watch").daemon(true).start(this::watch);
    } finally {
      lock.unlock();
    }
  }

  /** Of its own priority: that of the thread which starts it may have been lowered. */
  @SuppressWarnings("ThreadPriorityCheck") // a matter of speed: nothing relies on the order
  private void startThread() {
    threads.add(
        Thread.ofPlatform()
            .name("query-" + threads.size())
            .daemon(true)
            .priority(Thread.NORM_PRIORITY)
            .start(this::work));
  }

  /** As the other; all threads may work for the query. */
  public CompletableFuture<ThreadUsage> run(List<Runnable> pieces) {
    return run(pieces, Integer.MAX_VALUE);
  }

  /**
   * Runs all pieces, several at once if threads are free and the first ones take long enough for
   * another thread to be worth its wake-up. The future ends on a thread of the pool, when no piece
   * runs any more, with what they used; with the first failure if a piece threw, and then pieces
   * that had not begun are left out.
   *
   * @param maxThreads pieces at most that run at the same time
   */
  @Override
  public CompletableFuture<ThreadUsage> run(List<Runnable> pieces, int maxThreads) {
    QueryRun run = new QueryRun(pieces, maxThreads);
    lock.lock();
    try {
      if (isClosed) {
        return CompletableFuture.failedFuture(new CancellationException("server shuts down"));
      }
      if (pieces.isEmpty()) {
        return CompletableFuture.completedFuture(ThreadUsage.NONE);
      }
      turns.add(run);
      wakeWatch();
      wakeThread();
    } finally {
      lock.unlock();
    }
    return run.done();
  }

  /**
   * Leaves out the pieces of a run that have not begun; its future then ends with the failure, when
   * no piece runs any more. Nothing changes if the run is over.
   *
   * @param done as {@link #run} gave it
   */
  @Override
  @SuppressWarnings("ReferenceEquality") // a future is itself
  public void abandon(CompletableFuture<ThreadUsage> done, Throwable failure) {
    boolean isOver = false;
    lock.lock();
    try {
      for (QueryRun run : turns.unbegun()) {
        if (run.done() == done) {
          isOver = run.fail(failure);
          turns.remove(run);
        }
      }
    } finally {
      lock.unlock();
    }
    if (isOver) {
      done.completeExceptionally(failure);
    }
  }

  @Override
  public <T> CompletableFuture<T> endAfter(CompletableFuture<T> future, Duration time) {
    return future.orTimeout(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Ends the threads after the pieces under way; then what waited fails. */
  @Override
  public void close() {
    List<QueryRun> abandoned;
    List<Thread> ending;
    lock.lock();
    try {
      isClosed = true;
      ending = List.copyOf(threads);
      abandoned = turns.unbegun();
      abandoned.forEach(turns::remove);
      idle.forEach(Condition::signal);
      heldUp.signalAll();
    } finally {
      lock.unlock();
    }
    long deadline = System.nanoTime() + CLOSE_NANOS;
    ending.forEach(thread -> join(thread, deadline));
    join(watch, deadline);
    abandoned.forEach(
        run -> run.done().completeExceptionally(new CancellationException("server shuts down")));
  }

  private static void join(Thread thread, long deadline) {
    try {
      thread.join(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    @Nullable Piece piece = null;
    Condition called = lock.newCondition();
    ThreadUsage before = ThreadUsage.now();
    while (true) {
      Runnable work;
      lock.lock();
      try {
        if (piece != null) {
          turns.leave(piece, piece.heldNanos());
          raisePriority();
          wakePaused();
        }
        piece = await(called, before);
        if (piece == null) {
          return;
        }
        turns.place(piece);
        wakeWatch();
        if (!piece.isQuick()) {
          startSpareThreads(turns.besideQuickOnes());
        }
        work = piece.run().begin();
        turns.add(piece.run());
        wakePaused();
      } finally {
        lock.unlock();
      }
      before = finish(piece, work);
    }
  }

  /**
   * Runs a piece, and those after it while they are short.
   *
   * @return what this thread has used since its start
   */
  private ThreadUsage finish(Piece piece, Runnable first) {
    current.set(piece);
    int count = 0;
    @Nullable Throwable failure = null;
    for (@Nullable Runnable work = first;
        work != null;
        work = failure == null ? more(piece) : null) {
      failure = failureOf(work);
      count++;
    }
    ThreadUsage now = ThreadUsage.now();
    boolean wasLast = finish(piece.run(), count, now.minus(piece.usedBefore), failure);
    current.remove();
    return wasLast ? ThreadUsage.now() : now;
  }

  /** The query's next piece, unless this thread has been at it for a while. */
  private @Nullable Runnable more(Piece piece) {
    QueryRun run = piece.run();
    if (piece.heldNanos() > QUANTUM_NANOS) {
      return null;
    }
    lock.lock();
    try {
      if (!piece.isQuick() || !turns.isWaiting(run)) {
        return null;
      }
      Runnable work = run.more();
      if (!run.hasWaiting()) {
        turns.remove(run);
      }
      return work;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The next piece that has room; null when the pool is closed.
   *
   * @param used what this thread has used
   */
  private @Nullable Piece await(Condition called, ThreadUsage used) {
    ThreadUsage before = used;
    while (true) {
      Optional<QueryRun> next = turns.takeNext();
      if (next.isPresent()) {
        return new Piece(next.get(), lock.newCondition(), before, sliceNanos);
      }
      if (isClosed) {
        return null;
      }
      idle.addLast(called);
      called.awaitUninterruptibly();
      idle.remove(called);
      before = ThreadUsage.now();
    }
  }

  /** One that sleeps, if there is a piece for it that has room. */
  private void wakeThread() {
    if (idle.isEmpty() || !turns.hasNext()) {
      return;
    }
    @Nullable Condition last = idle.pollLast();
    if (last != null) {
      last.signal();
    }
  }

  private void wakeWatch() {
    if (!isWatching && isHeldUp()) {
      heldUp.signal();
    }
  }

  /** Whether quick pieces have no place, or something waits beside threads that sleep. */
  private boolean isHeldUp() {
    return turns.isFullForQuick() || (turns.hasWaiting() && !idle.isEmpty() && turns.hasPlaced());
  }

  /**
   * As long as pieces wait that no piece under way need make room for by itself, looks for those
   * that hold their places too long, and wakes who may go on.
   */
  private void watch() {
    lock.lock();
    try {
      while (!isClosed) {
        isWatching = isHeldUp();
        if (isWatching) {
          countLongOnes();
          wakeNext();
          awaitSlice(heldUp);
        } else {
          heldUp.awaitUninterruptibly();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Counts quick pieces that are over their slice as long where they stand, or sets them aside. */
  private void countLongOnes() {
    for (Piece piece : turns.placed()) {
      long heldNanos = piece.heldNanos();
      if (piece.run().isLong() || heldNanos <= 2 * sliceNanos) {
        continue;
      }
      boolean hasWorked = piece.workedNanos(ThreadUsage.cpuNanos(piece.thread)) >= sliceNanos;
      boolean isOver = hasWorked || heldNanos >= MOST_IDLE_SLICES * sliceNanos;
      if (isOver && startSpareThreads(1 + turns.besideQuickOnes())) {
        if (hasWorked) {
          turns.makeLong(piece);
          lowerPriority(piece);
        } else if (piece.isQuick()) {
          turns.setAside(piece);
        }
        wakeNext();
      }
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // a matter of speed: nothing relies on the order
  private static void lowerPriority(Piece piece) {
    piece.thread.setPriority(Thread.MIN_PRIORITY);
  }

  @SuppressWarnings("ThreadPriorityCheck") // as above
  private static void raisePriority() {
    if (Thread.currentThread().getPriority() < Thread.NORM_PRIORITY) {
      Thread.currentThread().setPriority(Thread.NORM_PRIORITY);
    }
  }

  /** Pieces under way that do not count as quick, whether or not they have places. */
  int besideQuickOnes() {
    lock.lock();
    try {
      return turns.besideQuickOnes() + turns.pausedCount();
    } finally {
      lock.unlock();
    }
  }

  /** Those that may have the room that there is now. */
  private void wakeNext() {
    wakePaused();
    wakeThread();
  }

  private void wakePaused() {
    turns.nextPaused().ifPresent(piece -> piece.hasRoom.signal());
  }

  /**
   * Lets others have the place of a piece that has held it for a slice; returns when the piece has
   * one again, at once if nobody waits. Called on other threads it does nothing.
   */
  @Override
  public void pause(BooleanSupplier isOver) {
    Piece piece = current.get();
    if (piece == null) {
      return;
    }
    long now = System.nanoTime();
    if (!piece.hasCalled && now - piece.sinceNanos > CALL_NANOS) {
      piece.hasCalled = true;
      callAnother();
    }
    if (now - piece.sliceEndNanos < 0) {
      return;
    }
    long leftNanos = sliceNanos - piece.workedNanos(ThreadUsage.now().cpuNanos());
    lock.lock();
    try {
      if (leftNanos <= 0 || piece.run().isLong()) {
        leftNanos = sliceNanos;
        if (!isClosed && startSpareThreads(1 + turns.besideQuickOnes())) {
          giveWay(piece, isOver);
        }
      } else if (piece.isAside()) {
        turns.takeBack(piece);
      }
    } finally {
      lock.unlock();
    }
    piece.sliceEndNanos = System.nanoTime() + leftNanos;
  }

  /** A thread for what waits, if one sleeps. */
  private void callAnother() {
    lock.lock();
    try {
      wakeThread();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Starts threads until as many as there are places are left when so many more are taken.
   *
   * @return whether they are
   */
  private boolean startSpareThreads(int taken) {
    int wanted = threadCount + turns.pausedCount() + taken;
    try {
      while (threads.size() < Math.min(wanted, maxThreads)) {
        startThread();
      }
    } catch (OutOfMemoryError tooManyThreads) {
      LOG.warn("the system gives no more threads; {} serve queries", threads.size());
    }
    return threads.size() >= wanted;
  }

  private void giveWay(Piece piece, BooleanSupplier isOver) {
    turns.pause(piece, piece.heldNanos());
    try {
      lowerPriority(piece);
      wakeNext();
      while (!isClosed && !isOver.getAsBoolean() && !turns.mayGoOn(piece)) {
        awaitSlice(piece.hasRoom);
      }
    } finally {
      piece.sinceNanos = System.nanoTime();
      turns.goOn(piece);
      wakeWatch();
      wakeNext();
    }
  }

  /** For a slice at most: what nobody signals is looked up now and then. */
  @SuppressWarnings("WaitNotInLoop") // the callers'
  private void awaitSlice(Condition condition) {
    try {
      condition.awaitNanos(sliceNanos);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts threads of queries", e);
    }
  }

  private static @Nullable Throwable failureOf(Runnable piece) {
    try {
      piece.run();
      return null;
    } catch (Throwable e) {
      return e;
    }
  }

  /** Whether these were the run's last pieces. */
  private boolean finish(QueryRun run, int pieces, ThreadUsage usage, @Nullable Throwable failure) {
    boolean isOver;
    Throwable first;
    ThreadUsage all;
    lock.lock();
    try {
      isOver = run.end(pieces, usage);
      if (failure != null) {
        isOver = run.fail(failure);
        turns.remove(run);
      }
      turns.addAgain(run);
      first = run.failure();
      all = run.usage();
    } finally {
      lock.unlock();
    }
    if (isOver && first != null) {
      run.done().completeExceptionally(first);
    } else if (isOver) {
      run.done().complete(all);
    }
    return isOver;
  }
}
