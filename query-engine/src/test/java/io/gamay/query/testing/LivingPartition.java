package io.gamay.query.testing;

import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.mutable.MutableSegment;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.TableSchema;
import io.gamay.testkit.random.SeededRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/**
 * One partition as a server holds it: sealed segments and a mutable one that rows go on arriving
 * in. One thread writes, any number look.
 */
public final class LivingPartition implements AutoCloseable {

  private final TableSchema schema;
  private final Path folder;
  private final List<MutableSegment> outlived = new ArrayList<>();
  private final Map<MutableSegment, EncodingDecisions> encodings = new HashMap<>();
  private final AtomicReference<Held> held;
  private int sequence;

  private record Held(List<ImmutableSegment> sealed, MutableSegment newest) {}

  /**
   * What is held at one moment. The state of the partition follows from the two numbers.
   *
   * @param endOffset of what the segments account for
   * @param sealedCount segments before the one that rows arrive in
   */
  public record View(List<SegmentReader> segments, long endOffset, int sealedCount) {
    @Override
    public String toString() {
      return segments.stream()
          .map(
              segment ->
                  "%s%s: %d rows at %s"
                      .formatted(
                          segment instanceof ImmutableSegment sealed
                              ? sealed.encodings() + " "
                              : "mutable ",
                          segment.segmentName(),
                          segment.docCount(),
                          segment.offsets()))
          .collect(Collectors.joining("\n  ", "\n  ", ""));
    }
  }

  public LivingPartition(TableSchema schema, EncodingDecisions decided, Path folder) {
    this.schema = schema;
    this.folder = folder;
    this.held = new AtomicReference<>(new Held(List.of(), mutable(decided, 0)));
  }

  public View view() {
    Held now = held.get();
    SegmentReader tail = now.newest().snapshot();
    List<SegmentReader> segments = new ArrayList<>(now.sealed());
    segments.add(tail);
    return new View(segments, tail.offsets().end(), now.sealed().size());
  }

  /** Writer: rows behind all others. */
  public void append(List<Row> rows) {
    RealSegments.append(held.get().newest(), schema, rows);
  }

  /** Writer: seals the rows below an offset; those behind move to the next segment. */
  public void seal(SeededRandom random, EncodingDecisions next) throws IOException {
    Held now = held.get();
    MutableSegment old = now.newest();
    long end = old.startOffset() + random.between(0, (int) (old.endOffset() - old.startOffset()));
    SegmentReader cut = old.snapshotBelow(end);
    MutableSegment successor = mutable(next, end);
    if (cut.docCount() < old.docCount()) {
      successor.append(old.copyRows(cut.docCount(), old.docCount()));
    }
    successor.publish(old.endOffset());
    List<ImmutableSegment> sealed = new ArrayList<>(now.sealed());
    sealed.add(sealed(cut, Objects.requireNonNull(encodings.remove(old)), random));
    outlived.add(old);
    held.set(new Held(sealed, successor));
  }

  private MutableSegment mutable(EncodingDecisions decided, long startOffset) {
    MutableSegment made =
        new MutableSegment("t__0__%d__x".formatted(sequence++), 0, schema, decided, startOffset);
    encodings.put(made, decided);
    return made;
  }

  private ImmutableSegment sealed(
      SegmentReader rows, EncodingDecisions decided, SeededRandom random) throws IOException {
    Path file = folder.resolve(rows.segmentName());
    RealSegments.seal(random, rows, decided, file);
    ImmutableSegment opened = ImmutableSegment.open(file);
    opened.verify();
    return opened;
  }

  /** Gives memory and files back; nobody looks any more. */
  @Override
  public void close() throws IOException {
    Held last = held.get();
    outlived.forEach(MutableSegment::close);
    last.newest().close();
    for (ImmutableSegment sealed : last.sealed()) {
      sealed.close();
      Files.delete(sealed.path());
    }
  }
}
