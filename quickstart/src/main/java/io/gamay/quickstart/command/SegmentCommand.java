package io.gamay.quickstart.command;

import io.gamay.quickstart.console.Failure;
import io.gamay.quickstart.console.Terminal;
import io.gamay.segment.format.SegmentCorruptException;
import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.immutable.ImmutableSegment;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gamay segment}. */
@Command(
    name = "segment",
    description = "Files of sealed segments.",
    mixinStandardHelpOptions = true)
final class SegmentCommand implements Runnable {
  /** What servers call a segment's file. */
  private static final String FILE_NAME = "segment.gamay";

  private final Terminal terminal;

  @Spec private CommandSpec spec = CommandSpec.create();

  SegmentCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "say what to do: one of " + GamayCommand.subcommandNames(spec.commandLine()));
  }

  @Command(
      description = "Says how each column of a sealed segment is stored, and why.",
      mixinStandardHelpOptions = true)
  int describe(
      @Parameters(
              paramLabel = "FILE",
              description = "The segment's file, or the folder that a server has it in.")
          Path file,
      @Option(names = "--json", description = "Prints JSON, with the bytes of every block.")
          boolean asJson,
      @Mixin PortOption offset)
      throws IOException {
    var _ = offset.ports();
    Path inside = file.resolve(FILE_NAME);
    if (Files.isDirectory(file) && !Files.exists(inside)) {
      throw new Failure(file + " is a directory without a segment, which would be " + inside);
    }
    describeFile(Files.isDirectory(file) ? inside : file, asJson);
    return CommandLine.ExitCode.OK;
  }

  private void describeFile(Path file, boolean asJson) throws IOException {
    try (ImmutableSegment segment =
        ImmutableSegment.openWithAllIndexes(SegmentFiles.local(), file)) {
      terminal.line(
          asJson ? SegmentText.json(segment).toPrettyString() : SegmentText.page(segment));
    } catch (SegmentCorruptException e) {
      throw new Failure("this is no sealed segment, or a damaged one: " + e.getMessage(), e);
    } catch (NoSuchFileException e) {
      throw new Failure("there is no file " + file, e);
    } catch (AccessDeniedException e) {
      throw new Failure("this user may not read " + file, e);
    }
  }
}
