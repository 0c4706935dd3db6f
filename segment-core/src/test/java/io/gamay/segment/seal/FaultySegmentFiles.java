package io.gamay.segment.seal;

import io.gamay.segment.format.SegmentFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The local file system, some calls of which fail. */
final class FaultySegmentFiles implements SegmentFiles {

  /** How a call fails. */
  enum Fault {
    /** Nothing is done. */
    BEFORE,
    /** A write is done by half, anything else wholly; then it fails. */
    MIDWAY
  }

  private final SegmentFiles local = SegmentFiles.local();
  private final Fault fault;
  private final int firstFailing;
  private final int failingCount;
  private final List<String> calls = new ArrayList<>();

  /** Calls [firstFailing, firstFailing + failingCount) fail. */
  FaultySegmentFiles(Fault fault, int firstFailing, int failingCount) {
    this.fault = fault;
    this.firstFailing = firstFailing;
    this.failingCount = failingCount;
  }

  static FaultySegmentFiles withoutFaults() {
    return new FaultySegmentFiles(Fault.BEFORE, Integer.MAX_VALUE, 0);
  }

  List<String> calls() {
    return calls;
  }

  /** Something that the file system does. */
  private interface Action<T> {
    T run() throws IOException;
  }

  private <T> T call(String name, Action<T> action) throws IOException {
    int call = calls.size();
    calls.add(name);
    boolean fails = call >= firstFailing && call - firstFailing < failingCount;
    if (fails && fault == Fault.BEFORE) {
      throw new IOException("injected fault before %s, call %d".formatted(name, call));
    }
    T result = action.run();
    if (fails) {
      throw new IOException("injected fault at %s, call %d".formatted(name, call));
    }
    return result;
  }

  @Override
  public Output create(Path file) throws IOException {
    Output[] created = new Output[1];
    try {
      return call(
          "create",
          () -> {
            created[0] = local.create(file);
            return new FaultyOutput(created[0]);
          });
    } catch (IOException e) {
      if (created[0] != null) {
        created[0].close();
      }
      throw e;
    }
  }

  @Override
  public void moveAtomically(Path from, Path to) throws IOException {
    call(
        "move",
        () -> {
          local.moveAtomically(from, to);
          return to;
        });
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    call(
        "forceDirectory",
        () -> {
          local.forceDirectory(directory);
          return directory;
        });
  }

  @Override
  public void deleteIfExists(Path file) throws IOException {
    call(
        "delete",
        () -> {
          local.deleteIfExists(file);
          return file;
        });
  }

  @Override
  public MemorySegment map(Path file, Arena arena) throws IOException {
    return call("map", () -> local.map(file, arena));
  }

  private final class FaultyOutput implements Output {

    private final Output output;

    FaultyOutput(Output output) {
      this.output = output;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      boolean isHalf = calls.size() == firstFailing && fault == Fault.MIDWAY;
      call(
          "write",
          () -> {
            output.write(isHalf ? bytes.slice(bytes.position(), bytes.remaining() / 2) : bytes);
            return bytes;
          });
    }

    @Override
    public void force() throws IOException {
      call(
          "force",
          () -> {
            output.force();
            return output;
          });
    }

    @Override
    public void close() throws IOException {
      try {
        call("close", () -> output);
      } finally {
        output.close();
      }
    }
  }
}
