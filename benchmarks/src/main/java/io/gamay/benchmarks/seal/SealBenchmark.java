package io.gamay.benchmarks.seal;

import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.mutable.MutableSegment;
import io.gamay.segment.seal.SealedSegment;
import io.gamay.segment.seal.SegmentSealer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A mutable segment of events to a sealed file, and opening that file; milliseconds. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 3)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@State(Scope.Thread)
public class SealBenchmark {

  @Param("1000000")
  public int rows;

  private MutableSegment segment = EventRows.segment(0, 0);
  private Path directory = Path.of("");
  private Path sealed = Path.of("");
  private final SegmentSealer sealer = new SegmentSealer(SegmentFiles.local(), new Random(1));

  @Setup
  public void appendRows() throws IOException {
    segment = EventRows.segment(rows, 42);
    directory = Files.createTempDirectory("seal");
    sealed = seal().file();
  }

  @TearDown
  public void deleteFiles() throws IOException {
    segment.close();
    Files.delete(sealed);
    Files.delete(directory);
  }

  @Benchmark
  public SealedSegment seal() throws IOException {
    return SealedEvents.seal(segment, sealer, directory.resolve("segment"));
  }

  @Benchmark
  public int open() throws IOException {
    try (ImmutableSegment opened = ImmutableSegment.open(sealed)) {
      return opened.docCount();
    }
  }
}
