package io.gamay.query.execute;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.BlockExpression;
import io.gamay.query.evaluate.ExpressionCompiler;
import io.gamay.query.evaluate.SegmentLeaves;
import io.gamay.query.evaluate.Totality;
import io.gamay.query.explain.Clause;
import io.gamay.query.filter.DocIdSource;
import io.gamay.query.filter.SegmentFilter;
import io.gamay.query.merge.PartialResult.SelectedRows;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.SortKey;
import io.gamay.query.vector.SortKeyEncoder;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.SegmentReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The first rows of one segment by an order, or simply the first. Of the rows of a block those that
 * their first sort key shows to be too late are left out before the other keys are read; the
 * selected columns are read only at the end, for the rows that are left. One thread.
 */
final class Selection implements AutoCloseable {

  private final ServerWork.Select work;
  private final SegmentLeaves leaves;
  private final QueryBudget budget;
  private final QueryBudget.Reservation memory;
  private final List<BlockExpression> sortKeys;
  private final SortKeyEncoder encoder = new SortKeyEncoder();
  private final TopRows top;

  /** Of the first sort key; only if few rows are wanted. */
  private final Optional<SortCodes> codes;

  private final FirstCodes firstCodes;
  private final long[] blockCodes;
  private final Block wanted = new Block();

  /** How rows are found, for people; set when they are asked for. */
  private String order = "";

  /** So many rows are few: what tells which of a block are wanted is kept up to date row by row. */
  private static final int MAX_FEW_ROWS = 4096;

  Selection(ServerWork.Select work, SegmentLeaves leaves, QueryBudget budget) {
    this.work = work;
    this.leaves = leaves;
    this.budget = budget;
    this.memory = budget.reserve();
    ExpressionCompiler expressions = new ExpressionCompiler(leaves);
    this.sortKeys =
        expressions.compileAll(work.orderBy().stream().map(SortKey::expression).toList());
    int limit = (int) Math.min(work.rowLimit(), Integer.MAX_VALUE - 8);
    this.top = new TopRows(limit);
    this.codes =
        work.orderBy().stream()
            .findFirst()
            .filter(_ -> limit > 0 && limit <= MAX_FEW_ROWS)
            .map(first -> SortCodes.of(first, expressions, leaves));
    this.firstCodes = new FirstCodes(codes.isPresent() ? limit : 1);
    this.blockCodes = new long[codes.isPresent() ? DocIdBlock.MAX_DOCS : 0];
  }

  /** The rows that pass a filter, in an order in which few of them need to be looked at. */
  DocIdSource docIds(SegmentFilter filter) {
    if (sortKeys.isEmpty()) {
      order = "rows in the order of docIds, until there are enough";
      return filter.docIds();
    }
    if (codes.isEmpty()) {
      order = "all rows: no first sort key of few wanted rows leaves any out";
      return filter.docIds();
    }
    if (!filter.isScan()) {
      order = "rows in the order in which an index lists them";
      return filter.docIds();
    }
    Optional<long[]> best = codes.get().bestOfZones();
    if (best.isPresent()) {
      order =
          "zones with the best bounds of the first sort key first, until no other can have a row";
      return filter.docIdsOf(new BestZones(best.get(), filter, firstCodes::worst));
    }
    if (!Totality.isTotal(work.orderBy().getFirst().expression())) {
      order = "first rows first: no bounds of the first sort key, and it may fail";
      return filter.docIds();
    }
    if (lastRowsComeFirst()) {
      order = "last rows first: the sort key tells that the order falls with docIds";
      return filter.docIdsBackwards();
    }
    order = "first rows first: no bounds of the first sort key, and its order rises with docIds";
    return filter.docIds();
  }

  List<Clause> how() {
    return List.of(Clause.of(order));
  }

  long heldBytes() {
    return memory.heldBytes();
  }

  /**
   * Whether the order is rather that of falling than that of rising docIds. To be asked of a key
   * that cannot fail: the filter may leave these rows out.
   */
  private boolean lastRowsComeFirst() {
    int last = leaves.segment().docCount() - 1;
    if (last < 1) {
      return false;
    }
    Block ends = new Block();
    ends.list()[0] = 0;
    ends.list()[1] = last;
    ends.setList(2);
    codes.orElseThrow().read(ends, blockCodes);
    return blockCodes[1] < blockCodes[0];
  }

  /** Whether no later row can be among the first. */
  boolean isComplete() {
    return top.limit() == 0 || (sortKeys.isEmpty() && top.count() == top.limit());
  }

  void add(Block block) {
    if (codes.isEmpty()) {
      offer(block);
      return;
    }
    codes.get().read(block, blockCodes);
    firstCodes.narrow(block, blockCodes, wanted);
    offer(wanted);
  }

  private void offer(Block block) {
    if (block.count() == 0) {
      return;
    }
    List<Vector> values = new ArrayList<>(sortKeys.size());
    for (BlockExpression key : sortKeys) {
      values.add(key.evaluate(block));
    }
    for (int row = 0; row < block.count() && !isComplete(); row++) {
      encoder.clear();
      for (int key = 0; key < values.size(); key++) {
        SortKey order = work.orderBy().get(key);
        encoder.add(values.get(key), row, order.descending(), order.nullsFirst());
      }
      top.offer(encoder.key(), encoder.length(), block.docId(row));
    }
    memory.resize(top.sizeBytes());
  }

  SelectedRows finish() {
    int[] rows = top.sorted(budget::check);
    int[] byDocId = top.orderByDocId(rows);
    List<BlockExpression> compiled = new ExpressionCompiler(leaves).compileAll(work.columns());
    List<Vector> read = emptyColumns();
    long[] offsets = new long[rows.length];
    readRows(rows, byDocId, compiled, read, offsets);
    return inOrder(rows, byDocId, read, offsets);
  }

  /** Reads the selected columns and the offsets, both in the order of docIds. */
  private void readRows(
      int[] rows,
      int[] byDocId,
      List<BlockExpression> compiled,
      List<Vector> read,
      long[] offsets) {
    SegmentReader segment = leaves.segment();
    Block block = new Block();
    long[] blockOffsets = new long[DocIdBlock.MAX_DOCS];
    for (int first = 0; first < rows.length; first += DocIdBlock.MAX_DOCS) {
      budget.check();
      int count = Math.min(DocIdBlock.MAX_DOCS, rows.length - first);
      for (int index = 0; index < count; index++) {
        block.list()[index] = top.docId(rows[byDocId[first + index]]);
      }
      block.setList(count);
      segment.readOffsets(block.docs(), blockOffsets);
      System.arraycopy(blockOffsets, 0, offsets, first, count);
      long bytes = top.sizeBytes();
      for (int column = 0; column < compiled.size(); column++) {
        Vector values = compiled.get(column).evaluate(block);
        Vector target = read.get(column);
        for (int row = 0; row < count; row++) {
          target.appendRow(values, row);
        }
        bytes += 2 * target.sizeBytes();
      }
      memory.resize(bytes);
    }
  }

  private SelectedRows inOrder(int[] rows, int[] byDocId, List<Vector> read, long[] offsets) {
    int[] readIndex = new int[rows.length];
    for (int index = 0; index < rows.length; index++) {
      readIndex[byDocId[index]] = index;
    }
    List<Vector> columns = emptyColumns();
    BytesBlock order = new BytesBlock(32 * rows.length, rows.length);
    for (int position = 0; position < rows.length; position++) {
      if (position % DocIdBlock.MAX_DOCS == DocIdBlock.MAX_DOCS - 1) {
        budget.check();
      }
      for (int column = 0; column < columns.size(); column++) {
        columns.get(column).appendRow(read.get(column), readIndex[position]);
      }
      appendOrder(rows[position], offsets[readIndex[position]], order);
    }
    return new SelectedRows(order, columns);
  }

  private void appendOrder(int row, long offset, BytesBlock order) {
    encoder.clear();
    encoder.addInt(leaves.segment().partition());
    encoder.addLong(offset);
    int sortKeyLength = top.keyLength(row);
    int start = order.append(sortKeyLength + encoder.length());
    top.copyKey(row, order.bytes(), start);
    System.arraycopy(encoder.key(), 0, order.bytes(), start + sortKeyLength, encoder.length());
  }

  private List<Vector> emptyColumns() {
    List<Vector> columns = new ArrayList<>(work.columns().size());
    work.columns()
        .forEach(
            column ->
                columns.add(
                    new Vector(column.type().element().storedType(), column.type().isArray())));
    return columns;
  }

  @Override
  public void close() {
    memory.close();
  }
}
