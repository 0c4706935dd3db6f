package io.gamay.query.testing;

import io.gamay.query.testing.RowsSegment.Shape;
import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.mutable.MutableSegment;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.IndexDecisions;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.seal.SealInputs;
import io.gamay.segment.seal.SegmentSealer;
import io.gamay.segment.seal.SidecarSealer;
import io.gamay.testkit.random.SeededRandom;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The same rows as segments that differ in nothing but where they lie and which indexes they have.
 *
 * @param byName readers by what they are, for messages
 */
public record IndexedSegments(
    Map<String, SegmentReader> byName, MutableSegment mutable, Path file, List<Runnable> closers)
    implements AutoCloseable {

  /**
   * @param rows of one partition, by ascending offset; at least one
   * @param sealedWith indexes of the sealed file
   * @param reloadedWith indexes that it is shown with later
   */
  public static IndexedSegments of(
      SeededRandom random,
      TableSchema schema,
      List<Row> rows,
      Set<String> rawColumns,
      IndexDecisions sealedWith,
      IndexDecisions reloadedWith,
      Path folder)
      throws IOException {
    EncodingDecisions encodings =
        new EncodingDecisions(
            EncodingDecisions.CURRENT_FORMAT_VERSION,
            rawColumns,
            sealedWith.invertedColumns(),
            sealedWith.rangeColumns(),
            sealedWith.bloomColumns());
    String name = "t__0__0__x";
    MutableSegment mutable =
        new MutableSegment(name, 0, schema, encodings, rows.getFirst().offset());
    RealSegments.append(mutable, schema, rows);
    SegmentReader view = mutable.snapshot();
    Path file = folder.resolve("segment");
    Files.deleteIfExists(file);
    LedgerCounts ledger =
        new LedgerCounts(rows.size(), 0, 0, view.offsets().size() - rows.size(), 0);
    new SegmentSealer(SegmentFiles.local(), random)
        .seal(view, new SealInputs("t", encodings, ledger, List.of(), List.of(), Map.of()), file);
    ImmutableSegment sealed = ImmutableSegment.open(file);
    ImmutableSegment bare = ImmutableSegment.open(SegmentFiles.local(), file, IndexDecisions.NONE);
    new SidecarSealer(SegmentFiles.local(), random).seal(sealed, reloadedWith);
    ImmutableSegment reloaded = ImmutableSegment.open(SegmentFiles.local(), file, reloadedWith);
    if (!reloaded.missingIndexes().equals(IndexDecisions.NONE)) {
      throw new AssertionError("indexes are missing: " + reloaded.missingIndexes());
    }
    Map<String, SegmentReader> byName = new LinkedHashMap<>();
    byName.put(
        "rows", new RowsSegment(name, schema, rows, new Shape(rawColumns, true, false, false)));
    byName.put("mutable", view);
    byName.put("sealed", sealed);
    byName.put("sealed, indexes hidden", bare);
    byName.put("reloaded", reloaded);
    byName.put("reloaded, zones hidden", withoutZones(reloaded));
    return new IndexedSegments(
        byName, mutable, file, List.of(sealed::close, bare::close, reloaded::close));
  }

  private static SegmentReader withoutZones(SegmentReader segment) {
    return (SegmentReader)
        Proxy.newProxyInstance(
            IndexedSegments.class.getClassLoader(),
            new Class<?>[] {SegmentReader.class},
            (_, method, arguments) -> {
              Object result = invoke(segment, method, arguments);
              return result instanceof ColumnReader column ? columnWithoutZones(column) : result;
            });
  }

  private static ColumnReader columnWithoutZones(ColumnReader column) {
    return (ColumnReader)
        Proxy.newProxyInstance(
            IndexedSegments.class.getClassLoader(),
            new Class<?>[] {ColumnReader.class},
            (_, method, arguments) ->
                method.getName().equals("zoneMap")
                    ? Optional.empty()
                    : invoke(column, method, arguments));
  }

  private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @Override
  public void close() throws IOException {
    closers.forEach(Runnable::run);
    mutable.close();
    Files.deleteIfExists(file);
  }
}
