package io.gamay.ingest.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.gamay.query.budget.ThreadUsage;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Queries of random sizes come at random times to {@link Turns}; their pieces work in steps of a
 * millisecond, give way as those of {@link QueryPool} do, and are held up now and then.
 */
class TurnsSimulationTest {

  private static final int SLICE_STEPS = 10;

  /** Steps until what is held up counts as long where it stands. */
  private static final int MOST_IDLE_STEPS = 20;

  /** Of so many turns of long pieces one goes to the one that has waited longest. */
  private static final int TURNS_BY_AGE = 4;

  private static final int LEAST_CASES = 500;

  @Test
  void everyQueryEndsAndNoPlaceIsIdleThatSomebodyWants() {
    int cases = Seeds.forEach(Duration.ofSeconds(4), random -> new Simulation(random).run());
    if (!Seeds.isReplay()) {
      assertThat(cases).as("cases").isGreaterThan(LEAST_CASES);
    }
  }

  private static final class Work extends Turns.Piece {
    private int left;
    private int heldUp;
    private int inSlice;
    private int held;
    private int goesOnBefore;

    Work(QueryRun run, int steps, int heldUp) {
      super(run);
      this.left = steps;
      this.heldUp = heldUp;
    }
  }

  /** A query that comes at some step, of pieces that take so many steps each. */
  private record Arrival(int step, List<Integer> pieces, int maxThreads) {}

  private static final class Simulation {
    private final SeededRandom random;
    private final int width;
    private final boolean holdsUp;
    private final Turns<Work> turns;
    private final List<Arrival> arrivals = new ArrayList<>();
    private final List<QueryRun> runs = new ArrayList<>();
    private final List<List<Integer>> steps = new ArrayList<>();
    private final List<Integer> next = new ArrayList<>();
    private final Map<QueryRun, Integer> waitingSince = new HashMap<>();
    private int step;
    private final List<Work> paused = new ArrayList<>();
    private long totalSteps;
    private int ended;

    Simulation(SeededRandom random) {
      this.random = random;
      width = random.between(1, 4);
      holdsUp = random.chance(0.5);
      turns = new Turns<>(width);
      int queries = random.between(1, 30);
      for (int query = 0; query < queries; query++) {
        int longest = random.chance(0.3) ? 200 : SLICE_STEPS - 1;
        List<Integer> pieces = new ArrayList<>();
        for (int piece = random.between(1, 6); piece > 0; piece--) {
          int steps = random.between(1, longest);
          pieces.add(steps);
          totalSteps += steps + MOST_IDLE_STEPS * 2;
        }
        int maxThreads = random.chance(0.2) ? random.between(1, 2) : Integer.MAX_VALUE;
        arrivals.add(new Arrival(random.between(0, 300), pieces, maxThreads));
      }
    }

    void run() {
      for (; ended < arrivals.size(); step++) {
        assertThat((long) step).as("steps until all have ended").isLessThan(400 + 2 * totalSteps);
        arrive();
        serve();
        check();
        turns.placed().forEach(this::work);
      }
      assertThat(turns.hasPlaced()).isFalse();
      assertThat(turns.pausedCount()).isZero();
      assertThat(turns.unbegun()).isEmpty();
    }

    private void arrive() {
      for (Arrival arrival : arrivals) {
        if (arrival.step() == step) {
          List<Runnable> pieces = Collections.nCopies(arrival.pieces().size(), () -> {});
          QueryRun run = new QueryRun(pieces, arrival.maxThreads());
          runs.add(run);
          next.add(0);
          steps.add(arrival.pieces());
          turns.add(run);
        }
      }
    }

    /** Whoever has room gets a place. */
    private void serve() {
      boolean goesOn = true;
      while (goesOn) {
        boolean hasNext = turns.hasNext();
        Optional<QueryRun> begun = turns.takeNext();
        assertThat(begun.isPresent()).isEqualTo(hasNext);
        begun.ifPresent(this::begin);
        Optional<Work> resumed = turns.nextPaused();
        resumed.ifPresent(
            piece -> {
              assertThat(turns.mayGoOn(piece)).isTrue();
              assertThat(paused.remove(piece)).isTrue();
              turns.goOn(piece);
            });
        goesOn = begun.isPresent() || resumed.isPresent();
      }
    }

    private void begin(QueryRun run) {
      int query = runs.indexOf(run);
      int piece = next.get(query);
      next.set(query, piece + 1);
      int heldUp = holdsUp && random.chance(0.2) ? random.between(1, 2 * MOST_IDLE_STEPS) : 0;
      Work work = new Work(run, steps.get(query).get(piece), heldUp);
      turns.place(work);
      run.begin();
      waitingSince.remove(run);
      turns.add(run);
    }

    private void check() {
      int longOnes = 0;
      int quickOnes = 0;
      for (Work work : turns.placed()) {
        longOnes += work.isLong() ? 1 : 0;
        quickOnes += work.isQuick() ? 1 : 0;
      }
      boolean somebodyWaits = turns.hasWaiting() || turns.pausedCount() > 0;
      if (somebodyWaits) {
        assertThat(turns.hasPlaced()).as("somebody works while others wait").isTrue();
      }
      if (turns.pausedCount() > 0) {
        assertThat(longOnes).as("long pieces that work while others wait").isPositive();
      }
      if (!turns.isFullForQuick() && somebodyWaits) {
        assertThat(quickOnes + longOnes).as("places taken").isGreaterThanOrEqualTo(width);
      }
      if (!holdsUp) {
        if (paused.stream().anyMatch(piece -> step >= piece.goesOnBefore)) {
          fail("a paused piece waits for longer than until it is the oldest and has its turn");
        }
        checkQuickOnesWait();
        assertThat(quickOnes).as("quick pieces").isLessThanOrEqualTo(width);
        assertThat(longOnes).as("long pieces").isLessThanOrEqualTo(Math.max(1, width));
      }
    }

    /** Each query that waits before it has one turn first. */
    private void checkQuickOnesWait() {
      List<QueryRun> unbegun = turns.unbegun();
      waitingSince.keySet().retainAll(unbegun);
      for (QueryRun run : unbegun) {
        if (turns.isWaiting(run) && !run.isLong()) {
          int waited = step - waitingSince.computeIfAbsent(run, _ -> step);
          if (waited > SLICE_STEPS * arrivals.size()) {
            fail("a quick query waits for longer than a turn of each other one");
          }
        } else {
          waitingSince.remove(run);
        }
      }
    }

    private void work(Work piece) {
      piece.held++;
      if (piece.heldUp > 0) {
        piece.heldUp--;
        if (piece.isQuick() && piece.held > MOST_IDLE_STEPS) {
          turns.setAside(piece);
        }
        if (piece.heldUp == 0 && piece.isAside()) {
          turns.takeBack(piece);
        }
        return;
      }
      piece.inSlice++;
      piece.left--;
      if (piece.left == 0) {
        end(piece);
      } else if (piece.inSlice >= SLICE_STEPS) {
        piece.inSlice = 0;
        turns.pause(piece, piece.held * 1_000_000L);
        piece.held = 0;
        int others = turns.pausedCount() + runs.size();
        piece.goesOnBefore = step + TURNS_BY_AGE * (others + 1) * (SLICE_STEPS + 1);
        paused.add(piece);
      }
    }

    private void end(Work piece) {
      turns.leave(piece, piece.held * 1_000_000L);
      if (piece.run().end(1, ThreadUsage.NONE)) {
        ended++;
      }
      turns.addAgain(piece.run());
    }
  }
}
