package io.gamay.query.plan;

import io.gamay.query.sql.Expression;
import io.gamay.query.sql.Query.SelectItem;
import java.util.List;
import java.util.Optional;

/**
 * The names that the select list gives.
 *
 * @param first whether an alias wins over a column of its name
 */
record Aliases(List<SelectItem> items, boolean first) {

  static final Aliases NONE = new Aliases(List.of(), false);

  Aliases {
    items = List.copyOf(items);
  }

  /** What the alias stands for; as written, else without regard to case. */
  Optional<Expression> find(String name) {
    return items.stream()
        .filter(item -> item.alias().filter(name::equals).isPresent())
        .findFirst()
        .or(
            () ->
                items.stream()
                    .filter(item -> item.alias().filter(name::equalsIgnoreCase).isPresent())
                    .findFirst())
        .map(SelectItem::expression);
  }
}
