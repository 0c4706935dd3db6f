package io.gamay.query.merge;

import io.gamay.segment.schema.Value;
import java.util.List;

/** One value of an answer's row. */
public sealed interface Cell {

  Cell NULL = new Null();

  record Null() implements Cell {}

  record Single(Value value) implements Cell {}

  record Many(List<Value> values) implements Cell {
    public Many {
      values = List.copyOf(values);
    }
  }
}
