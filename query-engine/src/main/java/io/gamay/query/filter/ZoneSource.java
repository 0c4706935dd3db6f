package io.gamay.query.filter;

import io.gamay.query.evaluate.Block;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.ZoneMapReader;

/**
 * The docIds of a run but for the zones in which a predicate is true for no row. Each block begins
 * where a zone does, but for the first.
 */
final class ZoneSource implements DocIdSource {

  private final Predicate predicate;
  private final int end;
  private int next;

  ZoneSource(DocIdRange run, Predicate predicate) {
    this.predicate = predicate;
    this.next = run.first();
    this.end = run.end();
  }

  @Override
  public boolean next(Block out) {
    while (next < end && isOut(next)) {
      next = zoneEnd(next);
    }
    if (next >= end) {
      return false;
    }
    int first = next;
    int limit = Math.min(end, first + DocIdBlock.MAX_DOCS);
    do {
      next = zoneEnd(next);
    } while (next < limit && zoneEnd(next) <= limit && !isOut(next));
    out.setRange(first, next - first);
    return true;
  }

  private boolean isOut(int docId) {
    return predicate.verdict(docId / ZoneMapReader.ZONE_DOCS) == ZoneVerdict.NONE;
  }

  private int zoneEnd(int docId) {
    int zone = docId / ZoneMapReader.ZONE_DOCS;
    return (int) Math.min(end, (zone + 1L) * ZoneMapReader.ZONE_DOCS);
  }
}
