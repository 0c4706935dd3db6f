package io.gamay.ingest.execute;

import io.gamay.query.budget.Pace;
import io.gamay.query.budget.ThreadUsage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Threads that serve queries in turns: each takes the next pieces of work, a tenth of a
 * millisecond's worth, of the query that has waited longest since its last ones, so that a query of
 * many pieces does not hold up one of few. A piece that runs for longer than a slice makes its
 * query a long one: it gives its thread's place away and goes on in the room that quick pieces
 * leave, in turns with other long ones, on a thread of low priority. A query may ask for fewer
 * threads at a time. How many queries there are at a time is bounded by whoever admits them. Where
 * quick pieces wait for pieces that do not give way by themselves, because they are long between
 * two blocks, these are counted as long where they stand. What makes a query long is processor
 * time: one that was held up, by a collector or by data that come from a disk, stays quick.
 * Thread-safe.
 */
public final class QueryPool implements Pace, AutoCloseable {

  /** A quick piece takes less, and a long one holds its place so long when others wait. */
  private static final Duration SLICE = Duration.ofMillis(10);

  /** What pieces under way have to end when the pool is closed. */
  private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** What a piece takes before another thread is woken for the query's next one. */
  private static final long CALL_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

  /** For so long a thread goes on with pieces of the same query although others wait. */
  private static final long QUANTUM_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  /** Queries that were served for longer are served alike. */
  private static final long MOST_SERVED_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** One of so many turns of long pieces goes to the one that has waited longest. */
  private static final int TURNS_BY_AGE = 4;

  /** A piece that waits for data instead of working keeps its place for so many slices. */
  private static final int MOST_IDLE_SLICES = 10;

  /** So many long pieces may have given their places away at a time, for each place. */
  private static final int SPARE_THREADS = 32;

  /** Guarded by the lock. */
  private final Set<Thread> threads = new LinkedHashSet<>();

  private final ReentrantLock lock = new ReentrantLock();

  /** Threads that wait for work; who waits shortest is woken first, as its caches are warmest. */
  private final ArrayDeque<Condition> idle = new ArrayDeque<>();

  /** Queries with pieces that nobody has begun, in the order of their turns. */
  private final ArrayDeque<Run> turns = new ArrayDeque<>();

  /** Queries with such pieces that have as many threads as they may. */
  private final Set<Run> atMost = new LinkedHashSet<>();

  /** Pieces that have given their places away, the one that did so first at the front. */
  private final ArrayDeque<Piece> paused = new ArrayDeque<>();

  /** Pieces that have places: those of {@code paused} have none. */
  private final Set<Piece> placed = new LinkedHashSet<>();

  private final Condition heldUp = lock.newCondition();

  @SuppressWarnings("ThreadLocalUsage") // as many as there are pools
  private final ThreadLocal<Piece> current = new ThreadLocal<>();

  private final Lanes lanes;
  private final int threadCount;
  private final long sliceNanos;
  private final int maxThreads;
  private final Thread watch;
  private int startedThreads;
  private long tickets;
  private long longTurns;
  private boolean isWatching;
  private boolean isClosed;

  /** What a thread works at. All but the first is guarded by the lock, once it runs. */
  private static final class Piece {
    private final Run run;
    private final Condition hasRoom;
    private final Thread thread = Thread.currentThread();

    /** Whether it has a long piece's place, or waits for one. */
    private boolean isLong;

    /** When it gave its place away: the lowest has waited longest. */
    private long ticket;

    /** What its thread had used when it began. */
    private final long cpuNanosBefore;

    /** When to look whether its slice is over; its own thread's. */
    private long sliceEndNanos;

    /** When it got its place; written by its own thread only. */
    private volatile long sinceNanos = System.nanoTime();

    /** Whether another thread was called for the query's next piece; its own thread's. */
    private boolean hasCalled;

    Piece(Run run, Condition hasRoom, long cpuNanosBefore, long sliceNanos) {
      this.run = run;
      this.hasRoom = hasRoom;
      this.isLong = run.isLong;
      this.cpuNanosBefore = cpuNanosBefore;
      this.sliceEndNanos = sinceNanos + sliceNanos;
    }
  }

  /** The pieces of one query. All but the future is guarded by the lock. */
  private static final class Run {
    private final ArrayDeque<Runnable> waiting;
    private final int maxThreads;
    private int running;

    /** Whether one of its pieces has worked for longer than a slice. */
    private boolean isLong;

    /** As a piece's, for the next piece. */
    private long ticket;

    /** For how long its pieces have had places. */
    private long servedNanos;

    /** How many of its pieces are paused. */
    private int pausedPieces;

    private int unfinished;
    private ThreadUsage usage = ThreadUsage.NONE;
    private @Nullable Throwable failure;
    private final CompletableFuture<ThreadUsage> done = new CompletableFuture<>();

    Run(List<Runnable> pieces, int maxThreads) {
      this.maxThreads = maxThreads;
      waiting = new ArrayDeque<>(pieces);
      unfinished = pieces.size();
    }

    Runnable begin() {
      running++;
      return waiting.removeFirst();
    }

    /** Notes a failure, and leaves out what has not begun; whether nothing is left. */
    boolean fail(Throwable first) {
      failure = first;
      unfinished -= waiting.size();
      waiting.clear();
      return unfinished == 0;
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
    lanes = new Lanes(threadCount);
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
            .name("query-" + startedThreads++)
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
  public CompletableFuture<ThreadUsage> run(List<Runnable> pieces, int maxThreads) {
    Run run = new Run(pieces, maxThreads);
    lock.lock();
    try {
      if (isClosed) {
        return CompletableFuture.failedFuture(new CancellationException("server shuts down"));
      }
      if (pieces.isEmpty()) {
        return CompletableFuture.completedFuture(ThreadUsage.NONE);
      }
      queueUp(run);
      wakeWatch();
      wakeThread();
    } finally {
      lock.unlock();
    }
    return run.done;
  }

  /**
   * Leaves out the pieces of a run that have not begun; its future then ends with the failure, when
   * no piece runs any more. Nothing changes if the run is over.
   *
   * @param done as {@link #run} gave it
   */
  @SuppressWarnings("ReferenceEquality") // a future is itself
  public void abandon(CompletableFuture<ThreadUsage> done, Throwable failure) {
    @Nullable Run abandoned;
    boolean isOver = false;
    lock.lock();
    try {
      abandoned =
          Stream.concat(turns.stream(), atMost.stream())
              .filter(run -> run.done == done)
              .findFirst()
              .orElse(null);
      if (abandoned != null) {
        isOver = abandoned.fail(failure);
        forget(abandoned);
      }
    } finally {
      lock.unlock();
    }
    if (isOver) {
      done.completeExceptionally(failure);
    }
  }

  /** Ends the threads after the pieces under way; then what waited fails. */
  @Override
  public void close() {
    List<Run> abandoned;
    List<Thread> ending;
    lock.lock();
    try {
      isClosed = true;
      ending = List.copyOf(threads);
      abandoned = Stream.concat(turns.stream(), atMost.stream()).toList();
      turns.clear();
      atMost.clear();
      idle.forEach(Condition::signal);
      heldUp.signalAll();
    } finally {
      lock.unlock();
    }
    long deadline = System.nanoTime() + CLOSE_NANOS;
    ending.forEach(thread -> join(thread, deadline));
    join(watch, deadline);
    abandoned.forEach(
        run -> run.done.completeExceptionally(new CancellationException("server shuts down")));
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
          leave(piece);
          wakePaused();
        }
        piece = isOutOfDate() ? null : await(called, before.cpuNanos());
        if (piece == null) {
          end();
          return;
        }
        begin(piece);
        if (piece.isLong) {
          hasSpareThread(longOnesWithPlaces());
        }
        work = piece.run.begin();
        queueUp(piece.run);
        wakePaused();
      } finally {
        lock.unlock();
      }
      before = finish(piece, work, before);
    }
  }

  /** Whether this thread had its priority lowered, which not every process may raise again. */
  private static boolean isOutOfDate() {
    return Thread.currentThread().getPriority() < Thread.NORM_PRIORITY;
  }

  /** Another thread takes this one's part, unless the pool is closed. */
  private void end() {
    threads.remove(Thread.currentThread());
    if (!isClosed) {
      hasSpareThread(longOnesWithPlaces());
      wakeNext();
    }
  }

  /**
   * Runs a piece, and those after it while they are short.
   *
   * @param before what this thread had used when it last came to an end of something
   * @return what it has used now
   */
  private ThreadUsage finish(Piece piece, Runnable first, ThreadUsage before) {
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
    boolean wasLast = finish(piece.run, count, now.minus(before), failure);
    current.remove();
    return wasLast ? ThreadUsage.now() : now;
  }

  /** The query's next piece, unless this thread has been at it for a while. */
  private @Nullable Runnable more(Piece piece) {
    Run run = piece.run;
    if (System.nanoTime() - piece.sinceNanos > QUANTUM_NANOS) {
      return null;
    }
    lock.lock();
    try {
      if (piece.isLong || !turns.contains(run)) {
        return null;
      }
      Runnable work = run.waiting.removeFirst();
      if (run.waiting.isEmpty()) {
        turns.remove(run);
      }
      return work;
    } finally {
      lock.unlock();
    }
  }

  /** The next piece that has room; null when the pool is closed. */
  private @Nullable Piece await(Condition called, long cpuNanosBefore) {
    while (true) {
      Optional<Run> next = next();
      if (next.isPresent()) {
        turns.remove(next.get());
        return new Piece(next.get(), lock.newCondition(), cpuNanosBefore, sliceNanos);
      }
      if (isClosed) {
        return null;
      }
      idle.addLast(called);
      called.awaitUninterruptibly();
      idle.remove(called);
    }
  }

  private void wakeThread() {
    @Nullable Condition last = idle.pollLast();
    if (last != null) {
      last.signal();
    }
  }

  private Optional<Run> next() {
    boolean quickWaits = quickWaits();
    return turns.stream()
        .filter(run -> run.isLong ? mayBegin(run, quickWaits) : lanes.hasQuickRoom())
        .findFirst();
  }

  private boolean mayBegin(Run run, boolean quickWaits) {
    return lanes.hasLongRoom(quickWaits) && run.pausedPieces == 0 && isNext(run, run.ticket);
  }

  /**
   * Whether it is the turn of a long query's piece: of the query that has been served least, so
   * that one which is long only just need not wait for those that are longer by far; now and then,
   * so that these go on too, of the one that has waited longest. A query ends what it has begun
   * before it begins more.
   */
  private boolean isNext(Run run, long ticket) {
    for (Piece other : paused) {
      if (isBefore(other.run, other.ticket, run, ticket)) {
        return false;
      }
    }
    for (Run other : turns) {
      if (other.isLong && other.pausedPieces == 0 && isBefore(other, other.ticket, run, ticket)) {
        return false;
      }
    }
    return true;
  }

  private boolean isBefore(Run one, long oneTicket, Run other, long otherTicket) {
    boolean byAge = longTurns % TURNS_BY_AGE == 0;
    long oneServed = byAge ? 0 : Math.min(one.servedNanos, MOST_SERVED_NANOS);
    long otherServed = byAge ? 0 : Math.min(other.servedNanos, MOST_SERVED_NANOS);
    return oneServed < otherServed || (oneServed == otherServed && oneTicket < otherTicket);
  }

  private boolean quickWaits() {
    for (Run run : turns) {
      if (!run.isLong) {
        return true;
      }
    }
    return false;
  }

  private void begin(Piece piece) {
    if (piece.isLong) {
      longTurns++;
    }
    lanes.begin(piece.isLong);
    placed.add(piece);
    wakeWatch();
  }

  private void wakeWatch() {
    if (!isWatching && isHeldUp()) {
      heldUp.signal();
    }
  }

  /** Whether quick pieces have no place, or something waits beside threads that sleep. */
  private boolean isHeldUp() {
    return (!lanes.hasQuickRoom() && quickWaits())
        || (!turns.isEmpty() && !idle.isEmpty() && !placed.isEmpty());
  }

  private void leave(Piece piece) {
    piece.run.servedNanos += System.nanoTime() - piece.sinceNanos;
    lanes.end(piece.isLong);
    placed.remove(piece);
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

  /** Counts quick pieces that are over their slice as long, where they stand. */
  private void countLongOnes() {
    for (Piece piece : placed) {
      long heldNanos = System.nanoTime() - piece.sinceNanos;
      if (piece.isLong || heldNanos <= 2 * sliceNanos) {
        continue;
      }
      boolean hasWorked = ThreadUsage.cpuNanos(piece.thread) - piece.cpuNanosBefore >= sliceNanos;
      if ((hasWorked || heldNanos >= MOST_IDLE_SLICES * sliceNanos)
          && hasSpareThread(1 + longOnesWithPlaces())) {
        changeLane(piece);
        if (hasWorked) {
          makeLong(piece);
        }
        wakeNext();
      }
    }
  }

  private void changeLane(Piece piece) {
    lanes.end(piece.isLong);
    piece.isLong = !piece.isLong;
    lanes.begin(piece.isLong);
  }

  @SuppressWarnings("ThreadPriorityCheck") // a matter of speed: nothing relies on the order
  private static void makeLong(Piece piece) {
    piece.isLong = true;
    piece.run.isLong = true;
    piece.thread.setPriority(Thread.MIN_PRIORITY);
  }

  private int longOnesWithPlaces() {
    return (int) placed.stream().filter(piece -> piece.isLong).count();
  }

  /** Pieces under way that count as long, whether or not they have places. */
  int longPieces() {
    lock.lock();
    try {
      return longOnesWithPlaces() + paused.size();
    } finally {
      lock.unlock();
    }
  }

  /** Those that may have the room that there is now. */
  private void wakeNext() {
    wakePaused();
    if (!turns.isEmpty()) {
      wakeThread();
    }
  }

  private void wakePaused() {
    if (lanes.hasLongRoom(quickWaits())) {
      for (Piece piece : paused) {
        if (isNext(piece.run, piece.ticket)) {
          piece.hasRoom.signal();
          return;
        }
      }
    }
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
    long leftNanos = sliceNanos - (ThreadUsage.now().cpuNanos() - piece.cpuNanosBefore);
    lock.lock();
    try {
      if (leftNanos <= 0 || piece.run.isLong) {
        leftNanos = sliceNanos;
        if (!isClosed && hasSpareThread(1 + longOnesWithPlaces())) {
          giveWay(piece, isOver);
        }
      } else if (piece.isLong) {
        changeLane(piece);
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
      if (!turns.isEmpty()) {
        wakeThread();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether as many threads as there are places are left when so many more are not to be had. */
  private boolean hasSpareThread(int taken) {
    int wanted = threadCount + paused.size() + taken;
    while (threads.size() < Math.min(wanted, maxThreads)) {
      startThread();
    }
    return threads.size() >= wanted;
  }

  private void giveWay(Piece piece, BooleanSupplier isOver) {
    piece.ticket = tickets++;
    paused.addLast(piece);
    piece.run.pausedPieces++;
    leave(piece);
    wakeNext();
    makeLong(piece);
    try {
      while (!isClosed
          && !isOver.getAsBoolean()
          && !(lanes.hasLongRoom(quickWaits()) && isNext(piece.run, piece.ticket))) {
        awaitSlice(piece.hasRoom);
      }
    } finally {
      paused.remove(piece);
      piece.run.pausedPieces--;
      piece.sinceNanos = System.nanoTime();
      begin(piece);
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

  /** Gives a query its next turn, if it has pieces and may have a thread for them. */
  private void queueUp(Run run) {
    if (!run.waiting.isEmpty()) {
      if (run.running < run.maxThreads) {
        run.ticket = tickets++;
        turns.addLast(run);
      } else {
        atMost.add(run);
      }
    }
  }

  private void forget(Run run) {
    turns.remove(run);
    atMost.remove(run);
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
  private boolean finish(Run run, int pieces, ThreadUsage usage, @Nullable Throwable failure) {
    boolean isOver;
    Throwable first;
    ThreadUsage all;
    lock.lock();
    try {
      run.unfinished -= pieces;
      run.running--;
      run.usage = run.usage.plus(usage);
      if (failure != null && run.failure == null) {
        run.fail(failure);
        forget(run);
      }
      if (atMost.remove(run)) {
        run.ticket = tickets++;
        turns.addLast(run);
      }
      isOver = run.unfinished == 0;
      first = run.failure;
      all = run.usage;
    } finally {
      lock.unlock();
    }
    if (isOver && first != null) {
      run.done.completeExceptionally(first);
    } else if (isOver) {
      run.done.complete(all);
    }
    return isOver;
  }
}
