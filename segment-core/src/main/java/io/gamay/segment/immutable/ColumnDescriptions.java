package io.gamay.segment.immutable;

import io.gamay.segment.format.BlockEncoding;
import io.gamay.segment.format.BlockEntry;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.MappedBlock;
import io.gamay.segment.format.SegmentFile;
import io.gamay.segment.forward.DecimalsReader;
import io.gamay.segment.forward.MappedReader;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.TableSchema;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells from the directory, and the headers of few blocks, how columns are stored. */
final class ColumnDescriptions {

  private final SegmentFile file;
  private final TableSchema schema;
  private final int column;
  private final ColumnSpec spec;
  private final ColumnStatistics statistics;

  private ColumnDescriptions(SegmentFile file, TableSchema schema, int column) {
    this.file = file;
    this.schema = schema;
    this.column = column;
    this.spec = schema.columns().get(column);
    this.statistics = file.footer().statistics().get(column);
  }

  static List<ColumnDescription> of(
      SegmentFile file, TableSchema schema, List<IndexDescription> indexes) {
    List<ColumnDescription> all = new ArrayList<>();
    for (int column = 0; column < schema.columns().size(); column++) {
      all.add(new ColumnDescriptions(file, schema, column).describe(indexes));
    }
    return all;
  }

  private record Form(String name, String reason) {}

  private ColumnDescription describe(List<IndexDescription> indexes) {
    Map<BlockKind, Long> bytes = new EnumMap<>(BlockKind.class);
    for (BlockEntry entry : file.footer().blocks()) {
      if (entry.column() == column) {
        bytes.put(entry.kind(), entry.lengthBytes());
      }
    }
    Form form = block(BlockKind.VALUES).map(this::raw).orElseGet(this::dictIds);
    return new ColumnDescription(
        spec,
        form.name(),
        block(BlockKind.DICTIONARY_VALUES).map(this::valuesForm).orElse(""),
        form.reason(),
        bytes,
        statistics,
        indexes.stream().filter(index -> index.column().equals(spec.name())).toList());
  }

  private Form raw(MappedBlock values) {
    boolean isDecided = file.footer().identity().encodings().rawColumns().contains(spec.name());
    return new Form(
        "raw, " + valuesForm(values),
        isDecided
            ? "decided when the segment began"
            : "smaller than a dictionary of %,d values".formatted(statistics.cardinality()));
  }

  private Form dictIds() {
    if (statistics.cardinality() <= 1) {
      return new Form("constant", "one value in all rows");
    }
    Optional<MappedBlock> ids = block(BlockKind.DICT_IDS);
    Optional<MappedBlock> runs = block(BlockKind.RUN_ENDS);
    if (runs.isPresent()) {
      String form = "%,d runs of dictIds".formatted(runs.get().entry().count());
      return ids.isEmpty()
          ? new Form("sorted, " + form, "rows are in the order of the values")
          : new Form(form, "long runs of equal values");
    }
    BlockEntry entry = ids.orElseThrow().entry();
    if (entry.encoding() == BlockEncoding.MAPPED) {
      String parent = parentName(ids.orElseThrow());
      return new Form("dictIds follow from " + parent, "each %s has one value".formatted(parent));
    }
    String form = "dictIds of %d bits".formatted(entry.bitsPerValue());
    return spec.singleValue()
        ? new Form(form, "%,d distinct values".formatted(statistics.cardinality()))
        : new Form(form + ", in lists", "many values a row");
  }

  private String parentName(MappedBlock map) {
    long parent = MappedReader.parentColumn(map);
    return parent >= 0 && parent < schema.columns().size()
        ? schema.columns().get((int) parent).name()
        : "column " + parent;
  }

  private String valuesForm(MappedBlock values) {
    return switch (values.entry().encoding()) {
      case FIXED -> "plain %d bits".formatted(values.entry().bitsPerValue());
      case BYTES -> "plain bytes";
      case INTEGERS -> "packed integers";
      case DECIMALS ->
          "decimals of scale %d".formatted(DecimalsReader.of(spec.storedType(), values).scale());
      case FRONT_CODED -> "shared prefixes and symbols";
      case SYMBOLS -> "symbols";
      case RECORD, PACKED, ROARING, MAPPED -> values.entry().encoding().name();
    };
  }

  private Optional<MappedBlock> block(BlockKind kind) {
    return file.block(column, kind);
  }
}
