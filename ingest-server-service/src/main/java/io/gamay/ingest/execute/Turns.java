package io.gamay.ingest.execute;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whose turn it is: which pieces of queries have places, which gave theirs away, and which query's
 * piece is begun next. Quick queries take turns, each for its next pieces. Long ones have the room
 * that these leave, at least one piece's; among them it is the turn of the query that was served
 * least, so that one which is long only just need not wait for those that are longer by far; now
 * and then, so that these go on too, of the one that has waited longest. A query ends what it has
 * begun before it begins more. A piece that waits for data, instead of working, can be set aside:
 * it takes nobody's room then.
 *
 * <p>Knows no threads and no clock; not thread-safe.
 *
 * @param <P> pieces, which their maker may give more properties
 */
final class Turns<P extends Turns.Piece> {

  /** Queries that were served for longer are served alike. */
  private static final long MOST_SERVED_NANOS = 1_000_000_000;

  /** One of so many turns of long pieces goes to the one that has waited longest. */
  private static final int TURNS_BY_AGE = 4;

  private final Lanes lanes;

  /** Queries with pieces that nobody has begun, in the order of their turns. */
  private final ArrayDeque<QueryRun> waiting = new ArrayDeque<>();

  /** Queries with such pieces that have as many under way as they may. */
  private final Set<QueryRun> atMost = new LinkedHashSet<>();

  /** Pieces that have given their places away, the one that did so first at the front. */
  private final ArrayDeque<P> paused = new ArrayDeque<>();

  /** Pieces that have places: those of {@code paused} have none. */
  private final Set<P> placed = new LinkedHashSet<>();

  private long tickets;
  private long longTurns;

  /**
   * @param width pieces that the processors serve at a time
   */
  Turns(int width) {
    lanes = new Lanes(width);
  }

  /** What is under way of a query, in one place. */
  static class Piece {
    private final QueryRun run;
    private Room room;
    private long ticket;

    Piece(QueryRun run) {
      this.run = run;
      this.room = run.isLong() ? Room.LONG : Room.QUICK;
    }

    final QueryRun run() {
      return run;
    }

    /** Whether it has a quick piece's place. */
    final boolean isQuick() {
      return room == Room.QUICK;
    }

    /** Whether it has a long piece's place, or waits for one. */
    final boolean isLong() {
      return room == Room.LONG;
    }

    final boolean isAside() {
      return room == Room.ASIDE;
    }
  }

  /** What a piece with a place counts as. */
  private enum Room {
    QUICK,
    LONG,
    ASIDE
  }

  /** Lets a query wait for the turn of its next piece, if it has one. */
  void add(QueryRun run) {
    if (!run.hasWaiting()) {
      return;
    }
    if (run.mayHaveMoreThreads()) {
      run.setTicket(tickets++);
      waiting.addLast(run);
    } else {
      atMost.add(run);
    }
  }

  /** As {@link #add}, for a query that has fewer pieces under way than before. */
  void addAgain(QueryRun run) {
    if (atMost.remove(run)) {
      add(run);
    }
  }

  void remove(QueryRun run) {
    waiting.remove(run);
    atMost.remove(run);
  }

  /** Queries with pieces that nobody has begun. */
  List<QueryRun> unbegun() {
    return Stream.concat(waiting.stream(), atMost.stream()).toList();
  }

  boolean isWaiting(QueryRun run) {
    return waiting.contains(run);
  }

  /** Whether a query waits for its turn. */
  boolean hasWaiting() {
    return !waiting.isEmpty();
  }

  /** Takes out the query whose next piece has room, if one has. */
  Optional<QueryRun> takeNext() {
    Optional<QueryRun> next = next();
    next.ifPresent(waiting::remove);
    return next;
  }

  /** Whether a query waits whose next piece has room. */
  boolean hasNext() {
    return next().isPresent();
  }

  private Optional<QueryRun> next() {
    boolean quickWaits = quickWaits();
    for (QueryRun run : waiting) {
      if (run.isLong() ? mayBegin(run, quickWaits) : lanes.hasQuickRoom()) {
        return Optional.of(run);
      }
    }
    return Optional.empty();
  }

  private boolean mayBegin(QueryRun run, boolean quickWaits) {
    return lanes.hasLongRoom(quickWaits) && !run.hasPaused() && isNext(run, run.ticket());
  }

  private boolean isNext(QueryRun run, long ticket) {
    for (P other : paused) {
      if (isBefore(other.run(), ((Piece) other).ticket, run, ticket)) {
        return false;
      }
    }
    for (QueryRun other : waiting) {
      if (other.isLong() && !other.hasPaused() && isBefore(other, other.ticket(), run, ticket)) {
        return false;
      }
    }
    return true;
  }

  private boolean isBefore(QueryRun one, long oneTicket, QueryRun other, long otherTicket) {
    boolean byAge = longTurns % TURNS_BY_AGE == 0;
    long oneServed = byAge ? 0 : Math.min(one.servedNanos(), MOST_SERVED_NANOS);
    long otherServed = byAge ? 0 : Math.min(other.servedNanos(), MOST_SERVED_NANOS);
    return oneServed < otherServed || (oneServed == otherServed && oneTicket < otherTicket);
  }

  private boolean quickWaits() {
    for (QueryRun run : waiting) {
      if (!run.isLong()) {
        return true;
      }
    }
    return false;
  }

  /** Gives a piece a place, whether or not there is room. */
  void place(P piece) {
    if (piece.isLong()) {
      longTurns++;
    }
    takeRoom(piece);
    placed.add(piece);
  }

  /**
   * @param heldNanos for how long it has had its place
   */
  void leave(P piece, long heldNanos) {
    piece.run().serve(heldNanos);
    giveRoom(piece);
    placed.remove(piece);
  }

  private void takeRoom(Piece piece) {
    if (!piece.isAside()) {
      lanes.begin(piece.isLong());
    }
  }

  private void giveRoom(Piece piece) {
    if (!piece.isAside()) {
      lanes.end(piece.isLong());
    }
  }

  private void move(Piece piece, Room room) {
    giveRoom(piece);
    piece.room = room;
    takeRoom(piece);
  }

  /** Lets others have the room of a quick piece that does not work. */
  void setAside(P piece) {
    move(piece, Room.ASIDE);
  }

  /** Counts a piece as quick that was set aside and works again. */
  void takeBack(P piece) {
    move(piece, Room.QUICK);
  }

  /** Counts a piece with a place as long where it stands, and its query from now on. */
  void makeLong(P piece) {
    piece.run().makeLong();
    move(piece, Room.LONG);
  }

  /** Those with places. */
  List<P> placed() {
    return new ArrayList<>(placed);
  }

  boolean hasPlaced() {
    return !placed.isEmpty();
  }

  /** Gives a piece's place away; it is long from then on, and waits for {@link #mayGoOn}. */
  void pause(P piece, long heldNanos) {
    leave(piece, heldNanos);
    piece.run().makeLong();
    ((Piece) piece).room = Room.LONG;
    ((Piece) piece).ticket = tickets++;
    paused.addLast(piece);
    piece.run().pause();
  }

  boolean mayGoOn(P piece) {
    return lanes.hasLongRoom(quickWaits()) && isNext(piece.run(), ((Piece) piece).ticket);
  }

  /** Gives a paused piece a place again, whether or not there is room. */
  void goOn(P piece) {
    paused.remove(piece);
    piece.run().resume();
    place(piece);
  }

  /** The paused piece that has room, if one has. */
  Optional<P> nextPaused() {
    if (!lanes.hasLongRoom(quickWaits())) {
      return Optional.empty();
    }
    return paused.stream().filter(piece -> isNext(piece.run(), ((Piece) piece).ticket)).findFirst();
  }

  int pausedCount() {
    return paused.size();
  }

  /** Pieces that have places and do not count as quick. */
  int besideQuickOnes() {
    return (int) placed.stream().filter(piece -> !piece.isQuick()).count();
  }

  /** Whether quick pieces wait for places. */
  boolean isFullForQuick() {
    return !lanes.hasQuickRoom() && quickWaits();
  }
}
