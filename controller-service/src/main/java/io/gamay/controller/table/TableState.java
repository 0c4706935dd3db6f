package io.gamay.controller.table;

import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.layout.TableNode;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.table.Problem;
import io.gamay.cluster.table.SchemaDefinition;
import io.gamay.cluster.table.TableConfig;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.IndexDecisions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A table as it stands in metadata.
 *
 * @param nodeVersion of the table's node: whoever decides by what is in here checks it
 * @param refusedSettings of the config, by today's rules: they count as not written
 */
public record TableState(
    TableNode node,
    int nodeVersion,
    SchemaDefinition schema,
    TableConfig config,
    List<Problem> refusedSettings) {

  public String tableId() {
    return node.tableId();
  }

  /** Nothing of the table has changed since it was read. */
  public Operation unchanged() {
    return new Operation.Check(ClusterPaths.table(node.tableId()), nodeVersion);
  }

  /** How a segment that starts now is to be written. */
  public EncodingDecisions encoding() {
    Set<String> raw = new HashSet<>();
    for (ColumnSpec column : schema.columns()) {
      if (config.rawColumns().contains(column.name()) && column.singleValue()) {
        raw.add(column.name());
      }
    }
    IndexDecisions indexes = config.indexes().fitting(schema.columns(), raw);
    return new EncodingDecisions(
        EncodingDecisions.CURRENT_FORMAT_VERSION,
        raw,
        indexes.invertedColumns(),
        indexes.rangeColumns(),
        indexes.bloomColumns());
  }
}
