package io.gamay.controller.leader;

import java.util.Optional;

/** Whether this controller leads, and since when. */
public interface Leadership {

  /** The present term; empty while this controller does not lead or has not taken office yet. */
  Optional<LeaderTerm> term();

  /** A transaction of this term met another epoch: the term is over. */
  void fenced(LeaderTerm term);
}
