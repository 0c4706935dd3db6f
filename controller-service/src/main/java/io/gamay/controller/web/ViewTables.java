package io.gamay.controller.web;

import static io.gamay.controller.table.RequestRefusedException.Kind.NOT_FOUND;

import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.table.RequestRefusedException;
import io.gamay.controller.table.TableCatalog;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Finds tables in the present view. */
final class ViewTables {

  private final Supplier<ClusterView> view;

  ViewTables(Supplier<ClusterView> view) {
    this.view = view;
  }

  ClusterView view() {
    return view.get();
  }

  TableView require(String name) {
    TableView table = view.get().tables().get(TableCatalog.rawName(name));
    if (table == null) {
      throw new RequestRefusedException(NOT_FOUND, "Table %s does not exist".formatted(name));
    }
    return table;
  }

  /**
   * @param tableId unique per creation of a table
   */
  Optional<TableView> byId(String tableId) {
    return view.get().tables().values().stream()
        .filter(table -> table.tableId().equals(tableId))
        .findFirst();
  }

  /** By partition, then sequence. */
  static Stream<SegmentView> segments(TableView table) {
    return table.partitions().values().stream()
        .flatMap(partition -> partition.segments().values().stream());
  }
}
