package io.gamay.query.merge;

import org.apache.datasketches.cpc.CpcSketch;
import org.apache.datasketches.cpc.CpcUnion;

/** One CPC sketch that values and other sketches can be added to. One thread. */
final class CpcSketches {

  private final int logEntries;
  private CpcSketch sketch;

  CpcSketches(int logEntries, CpcSketch sketch) {
    this.logEntries = logEntries;
    this.sketch = sketch;
  }

  CpcSketch sketch() {
    return sketch;
  }

  void add(CpcSketch other) {
    CpcUnion union = new CpcUnion(logEntries);
    union.update(sketch);
    union.update(other);
    sketch = union.getResult();
  }

  /** The sketch in the form that depends on nothing but the set of values. */
  CpcSketch merged() {
    CpcUnion union = new CpcUnion(logEntries);
    union.update(sketch);
    return union.getResult();
  }
}
