package io.gamay.query.evaluate;

import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DocIdBlock;
import java.util.Objects;

/**
 * A reused block of docIds that tells its users when its content has changed, so that an expression
 * is evaluated once per content however many ask for it. A run, a list, or some rows of a run: of
 * the last the list is made only when somebody asks for docIds. One thread.
 */
public final class Block {

  private static final int WORDS = DocIdBlock.MAX_DOCS / Long.SIZE;

  /** So many rows there is room for. */
  public static final int MAX_ROWS = DocIdBlock.MAX_DOCS;

  /** Of fewer rows of a mask than one in so many the docIds are listed and read one by one. */
  private static final int LISTED_SHARE = 12;

  /** More are not {@link #isFew few}. */
  public static final int MAX_FEW_ROWS = MAX_ROWS / LISTED_SHARE;

  private final DocIdBlock docs = new DocIdBlock();
  private final long[] mask = new long[WORDS];
  private boolean isMask;
  private boolean isListed;
  private int runFirst;
  private int runLength;
  private int count;
  private long version;

  /** To be read only; changed through this block's methods. */
  public DocIdBlock docs() {
    if (isMask && !isListed) {
      listMask();
    }
    return docs;
  }

  public int count() {
    return count;
  }

  public int docId(int index) {
    return docs().docId(index);
  }

  /**
   * All docIds, the first {@link #count()} entries; not to be changed but for {@code room} itself.
   *
   * @param room receives the docIds of a run, and is returned then
   */
  public int[] docIds(int[] room) {
    if (!isRun()) {
      return docs().docIds();
    }
    for (int index = 0; index < count; index++) {
      room[index] = docs.first() + index;
    }
    return room;
  }

  /** Changes with each change of the content. */
  public long version() {
    return version;
  }

  /** Whether this is a run without gaps. */
  public boolean isRun() {
    return !isMask && docs.isRange();
  }

  /**
   * Whether {@link #mask()} tells the rows of the run [{@link #runFirst()}, {@link #runFirst()} +
   * {@link #runLength()}) that are in this block.
   */
  public boolean isMask() {
    return isMask;
  }

  /** Of a run or a mask: the docId at which the run begins. */
  public int runFirst() {
    return isMask ? runFirst : docs.first();
  }

  /** Of a run or a mask: how many rows the run has, whether or not they are in this block. */
  public int runLength() {
    return isMask ? runLength : count;
  }

  /**
   * Of a mask: row {@code runFirst() + i} is bit {@code i % 64} of word {@code i / 64}, bits behind
   * the run's end are clear. To be read only; of no meaning for runs and lists.
   */
  public long[] mask() {
    return mask;
  }

  public void setRange(int firstDocId, int docCount) {
    docs.setRange(firstDocId, docCount);
    changed(docCount, false);
  }

  /** Where the caller writes docIds before {@link #setList}. */
  public int[] list() {
    return docs.docIds();
  }

  public void setList(int docCount) {
    docs.setList(docCount);
    changed(docCount, false);
  }

  /**
   * Makes this some rows of the run [firstDocId, firstDocId + length).
   *
   * @param rows in the form of {@link #mask()}; copied
   * @param docCount how many bits of it are set
   */
  public void setMask(int firstDocId, int length, long[] rows, int docCount) {
    Objects.checkIndex(length, DocIdBlock.MAX_DOCS + 1);
    System.arraycopy(rows, 0, mask, 0, (length + Long.SIZE - 1) >>> 6);
    runFirst = firstDocId;
    runLength = length;
    isListed = false;
    changed(docCount, true);
  }

  public void copyFrom(Block other) {
    if (other.isMask) {
      setMask(other.runFirst, other.runLength, other.mask, other.count);
      return;
    }
    if (other.docs.isRange()) {
      setRange(other.docs.first(), other.count());
      return;
    }
    System.arraycopy(other.docs.docIds(), 0, docs.docIds(), 0, other.count());
    setList(other.count());
  }

  /**
   * The dictIds of a single-value column.
   *
   * @param out receives one per row
   */
  public void readDictIds(ColumnReader column, int[] out) {
    if (isMask && !isSparse() && column.selectsDictIds()) {
      column.readSelectedDictIds(runFirst, runLength, mask, count, out);
    } else {
      column.readDictIds(docs(), out);
    }
  }

  /** Whether these are so few rows of a run that they are listed and read one by one. */
  private boolean isSparse() {
    return isMask && count < runLength / LISTED_SHARE;
  }

  /** Whether these are few rows, to be read one by one: at most {@link #MAX_FEW_ROWS}. */
  public boolean isFew() {
    if (isRun()) {
      return count < LISTED_SHARE;
    }
    return isMask ? isSparse() : count <= MAX_FEW_ROWS;
  }

  /**
   * Makes this a list of its rows and those of another behind them.
   *
   * @param other whose rows come after this block's own, and no more than there is room for
   */
  public void append(Block other) {
    int[] own = docIds(docs.docIds());
    System.arraycopy(other.docIds(other.docs.docIds()), 0, own, count, other.count);
    setList(count + other.count);
  }

  private void changed(int docCount, boolean toMask) {
    count = docCount;
    isMask = toMask;
    version++;
  }

  /** Four docIds at a time, wanted or not: most words of a sparse mask take one turn. */
  private void listMask() {
    int[] docIds = docs.docIds();
    int words = (runLength + Long.SIZE - 1) >>> 6;
    int listed = 0;
    for (int word = 0; word < words; word++) {
      int base = runFirst + word * Long.SIZE;
      long bits = mask[word];
      int end = listed + Long.bitCount(bits);
      if (listed > docIds.length - Long.SIZE) {
        listEach(bits, base, docIds, listed);
      } else {
        for (int at = listed; at < end; at += 4) {
          docIds[at] = base + Long.numberOfTrailingZeros(bits);
          bits &= bits - 1;
          docIds[at + 1] = base + Long.numberOfTrailingZeros(bits);
          bits &= bits - 1;
          docIds[at + 2] = base + Long.numberOfTrailingZeros(bits);
          bits &= bits - 1;
          docIds[at + 3] = base + Long.numberOfTrailingZeros(bits);
          bits &= bits - 1;
        }
      }
      listed = end;
    }
    docs.setList(count);
    isListed = true;
  }

  /** Of a word for whose superfluous docIds there might be no room. */
  private static void listEach(long word, int base, int[] docIds, int from) {
    int at = from;
    for (long bits = word; bits != 0; bits &= bits - 1) {
      docIds[at++] = base + Long.numberOfTrailingZeros(bits);
    }
  }
}
