package io.gamay.query.filter;

/** A run of docIds, [first, end); empty if end is not behind first. */
record DocIdRange(int first, int end) {

  DocIdRange intersect(DocIdRange other) {
    return new DocIdRange(Math.max(first, other.first), Math.min(end, other.end));
  }

  boolean isAll(int docCount) {
    return first <= 0 && end >= docCount;
  }
}
