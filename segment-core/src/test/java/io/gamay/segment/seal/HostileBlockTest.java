package io.gamay.segment.seal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.segment.format.BlockEntry;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.SegmentCorruptException;
import io.gamay.segment.format.SegmentFile;
import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.schema.ColumnSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Blocks whose bytes are wrong and whose checksums are right, as only a faulty or hostile writer
 * makes them: they are refused with their place named, or read as other values, and nothing else
 * ever happens.
 */
class HostileBlockTest {

  private static final Set<BlockKind> UNTOUCHED =
      EnumSet.of(BlockKind.SCHEMA, BlockKind.LEDGER, BlockKind.QUARANTINE, BlockKind.NULLS);

  /** Bytes at each end of a block, where headers are, of which each is changed in turn. */
  private static final int EDGE_BYTES = 26;

  private static final int PROBES_BETWEEN = 12;

  @TempDir private Path directory;

  private byte[] sound = new byte[0];
  private List<BlockEntry> blocks = List.of();
  private final Map<BlockKind, Integer> refusals = new EnumMap<>(BlockKind.class);
  private int answers;

  @BeforeEach
  void seal() throws IOException {
    RandomRows rows = ShapedRows.of(3);
    Path file = directory.resolve("sound");
    new SegmentSealer(SegmentFiles.local(), new Random(1)).seal(rows.view(), rows.inputs(), file);
    sound = Files.readAllBytes(file);
    try (SegmentFile opened = SegmentFile.open(SegmentFiles.local(), file)) {
      blocks = opened.footer().blocks();
    }
  }

  @Test
  void aBlockThatWasWrittenWrongIsRefusedOrReadsAsOtherValues() throws IOException {
    Random random = new Random(17);
    for (int index = 0; index < blocks.size(); index++) {
      BlockEntry block = blocks.get(index);
      if (!block.kind().isData() || UNTOUCHED.contains(block.kind())) {
        continue;
      }
      int length = (int) block.lengthBytes();
      for (int edge = 0; edge < Math.min(EDGE_BYTES, length); edge++) {
        probe(index, edge, random);
        // Behind the last header there are 64 bytes of slack.
        probe(index, Math.max(0, length - 1 - edge), random);
        probe(index, Math.max(0, length - 65 - edge), random);
      }
      for (int probe = 0; probe < PROBES_BETWEEN; probe++) {
        probe(index, random.nextInt(length), random);
      }
    }
    System.Logger log = System.getLogger(HostileBlockTest.class.getName());
    log.log(System.Logger.Level.INFO, "refused {0}, other values {1}", refusals, answers);
    assertThat(answers).isPositive();
    assertThat(refusals)
        .containsKeys(
            BlockKind.DICTIONARY_VALUES,
            BlockKind.DICTIONARY_ENDS,
            BlockKind.DICT_IDS,
            BlockKind.RUN_ENDS,
            BlockKind.ROW_LENGTHS,
            BlockKind.ROW_ENDS,
            BlockKind.ROW_OFFSETS,
            BlockKind.VALUES,
            BlockKind.VALUE_ENDS);
  }

  private void probe(int index, int position, Random random) throws IOException {
    BlockEntry block = blocks.get(index);
    byte[] changed = sound.clone();
    changed[(int) block.byteOffset() + position] ^= (byte) (1 + random.nextInt(255));
    repairSums(changed, index);
    try (ImmutableSegment segment =
        ImmutableSegment.open(new InMemorySegmentFiles(changed), directory.resolve("hostile"))) {
      readAll(segment, block.column(), random);
      answers++;
    } catch (SegmentCorruptException refused) {
      refusals.merge(block.kind(), 1, Integer::sum);
      assertThat(refused).hasMessageContaining("hostile").hasMessageContaining("byte");
    } catch (RuntimeException other) {
      throw new AssertionError("byte %d of %s".formatted(position, block), other);
    }
  }

  private void repairSums(byte[] file, int index) {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    BlockEntry block = blocks.get(index);
    int trailer = file.length - 32;
    int line = trailer - 44 * (blocks.size() - index);
    bytes.putInt(line + 40, crc(file, (int) block.byteOffset(), (int) block.lengthBytes()));
    int footer = (int) bytes.getLong(trailer);
    bytes.putInt(trailer + 20, crc(file, footer, trailer + 20 - footer));
  }

  private static int crc(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  /** Reads three runs of the column's rows, some rows one by one, and some of its dictionary. */
  private static void readAll(ImmutableSegment segment, int columnIndex, Random random) {
    DocIdBlock run = new DocIdBlock();
    DocIdBlock list = new DocIdBlock();
    long[] offsets = new long[DocIdBlock.MAX_DOCS];
    int last = segment.docCount() - 1500;
    for (int first : new int[] {0, random.nextInt(last), last}) {
      run.setRange(first, 1500);
      int count = 0;
      for (int docId = first + random.nextInt(40); docId < first + run.count(); docId += 97) {
        list.docIds()[count++] = docId;
      }
      list.setList(count);
      if (columnIndex < 0) {
        segment.readOffsets(run, offsets);
        continue;
      }
      ColumnSpec spec = segment.schema().columns().get(columnIndex);
      read(segment.column(spec.name()), run);
      read(segment.column(spec.name()), list);
    }
    if (columnIndex >= 0) {
      String name = segment.schema().columns().get(columnIndex).name();
      segment.column(name).dictionary().ifPresent(HostileBlockTest::readAll);
    }
  }

  private static void read(ColumnReader column, DocIdBlock docs) {
    if (!column.spec().singleValue()) {
      column.readMultiDictIds(docs, new int[docs.count()], new int[0]);
    } else if (column.spec().storedType().isFixedWidth()) {
      column.readDoubles(docs, new double[docs.count()]);
    } else {
      column.readBytes(docs, new BytesBlock());
    }
  }

  private static void readAll(DictionaryReader dictionary) {
    for (int dictId = 0; dictId < dictionary.cardinality(); dictId += 61) {
      dictionary.indexOf(dictionary.valueAt(dictId));
    }
  }
}
