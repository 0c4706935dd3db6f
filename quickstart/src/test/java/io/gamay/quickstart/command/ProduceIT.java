package io.gamay.quickstart.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.quickstart.kafka.KafkaProcess;
import io.gamay.quickstart.kafka.KafkaProcess.Held;
import io.gamay.quickstart.kafka.Topics;
import io.gamay.testkit.process.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProduceIT {
  private final KafkaProcess kafka;
  private final Path directory;

  ProduceIT(@TempDir Path directory) {
    this.directory = directory;
    this.kafka = KafkaProcess.start(FreePorts.next(), directory.resolve("kafka"));
  }

  @AfterAll
  void stop() {
    kafka.close();
  }

  @Test
  void recordsWithoutAKeyGoRoundThePartitionsAndAllAreAcknowledged() throws Exception {
    Path file = lines("even.ndjson", 10_001);
    CommandRun run = produce("even", file, "--partitions", "4");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).isEqualTo("created topic even with 4 partitions\n");
    assertThat(run.out()).startsWith("10001 records acknowledged in topic even (4 partitions), ");
    List<Held> held = kafka.read("even", 4);
    assertThat(held.stream().map(Held::value))
        .containsExactlyInAnyOrderElementsOf(Files.readAllLines(file));
    assertThat(held.stream().filter(record -> record.partition() == 3)).hasSize(2_500);
  }

  @Test
  void recordsOfOneKeyKeepTheirOrderInOnePartition() throws Exception {
    CommandRun run =
        produce("keyed", lines("keyed.ndjson", 2_000), "--partitions", "3", "--key", "k");
    assertThat(run.exitCode()).as(run.err()).isZero();
    List<Held> held = kafka.read("keyed", 3);
    assertThat(held).hasSize(2_000);
    held.stream()
        .collect(Collectors.groupingBy(Held::key))
        .forEach(
            (key, records) -> {
              assertThat(records)
                  .extracting(Held::partition)
                  .containsOnly(records.getFirst().partition());
              assertThat(records.stream().map(record -> number(record.value()))).isSorted();
              assertThat(key).matches("k[0-9]");
            });
  }

  @Test
  void recordsWithoutTheKeyFieldAreSentAndCounted() throws Exception {
    Path file = Files.writeString(directory.resolve("gaps.ndjson"), "{\"k\":\"a\"}\n{broken\n{}\n");
    CommandRun run = produce("gaps", file, "--key", "k");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("2 records had no field k and went without a key");
    assertThat(kafka.read("gaps", 1)).hasSize(3);
  }

  @Test
  void aTopicThatExistsKeepsItsPartitionsAndAnotherNumberIsRefused() throws Exception {
    try (var topics = new Topics(kafka.address())) {
      topics.createIfAbsent("three", 3, Map.of());
    }
    Path file = lines("three.ndjson", 9);
    CommandRun refused = produce("three", file, "--partitions", "4");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("topic three has 3 partitions, not 4");
    assertThat(kafka.read("three", 3)).isEmpty();
    assertThat(produce("three", file).exitCode()).isZero();
    assertThat(kafka.read("three", 3)).hasSize(9);
  }

  @Test
  void aRecordThatKafkaRefusesFailsTheCommandWithTheExactCountOfTheOthers() throws Exception {
    try (var topics = new Topics(kafka.address())) {
      topics.createIfAbsent("small", 1, Map.of("max.message.bytes", "2000"));
    }
    // Incompressible enough to stay above the topic's limit.
    String noise =
        IntStream.range(0, 4_000)
            .mapToObj(i -> Integer.toHexString(i * 0x9E3779B1))
            .collect(Collectors.joining());
    Path file = Files.writeString(directory.resolve("large.ndjson"), "{\"a\":\"" + noise + "\"}\n");
    CommandRun run = produce("small", file);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).startsWith("0 records acknowledged");
    assertThat(run.err()).contains("stopped after 1 record sent, 0 acknowledged", "RecordTooLarge");
    assertThat(kafka.read("small", 1)).isEmpty();
  }

  @Test
  void aTenMegabyteRecordArrivesWhole() throws Exception {
    String record = "{\"a\":\"" + "x".repeat(10 << 20) + "\"}";
    Path file = Files.writeString(directory.resolve("huge.ndjson"), record);
    assertThat(produce("huge", file).exitCode()).isZero();
    List<Held> held = kafka.read("huge", 1);
    assertThat(held).hasSize(1);
    assertThat(held.getFirst().value().equals(record)).isTrue();
  }

  @Test
  void aFileThatBreaksOffIsAnErrorThatSaysHowFarItCame() throws Exception {
    Path file = Files.writeString(directory.resolve("cut.json"), "[{\"a\":1},{\"a\":2},{\"a\"");
    CommandRun run = produce("cut", file);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).startsWith("2 records acknowledged");
    assertThat(run.err())
        .contains("stopped after 2 records sent: not JSON after 2 records, line 1", "--skip 2")
        .hasLineCount(2);
    assertThat(kafka.read("cut", 1)).hasSize(2);
    Files.writeString(file, "[{\"a\":1},{\"a\":2},{\"a\":3}]");
    assertThat(produce("cut", file, "--skip", "2").exitCode()).isZero();
    assertThat(kafka.read("cut", 1).stream().map(Held::value))
        .containsExactly("{\"a\":1}", "{\"a\":2}", "{\"a\":3}");
  }

  @Test
  void aQuoteThatIsNotClosedStopsBehindTheRowsThatWereReadOrNot() throws Exception {
    Path file = Files.writeString(directory.resolve("open.csv"), "a,b\n1,2\n3\n4,5\n6,\"7\n8,9\n");
    CommandRun run = produce("open", file);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains(
            "1 row could not be read",
            "stopped after 2 records sent: the quote opened at line 5 is not closed",
            "--skip 3");
    Files.writeString(file, "a,b\n1,2\n3\n4,5\n6,7\n8,9\n");
    assertThat(produce("open", file, "--skip", "3").exitCode()).isZero();
    assertThat(kafka.read("open", 1)).hasSize(4);
  }

  @Test
  void rowsThatCannotBeReadAreListedAndAllOthersSent() throws Exception {
    var lines = new ArrayList<>(List.of("a,b"));
    IntStream.rangeClosed(2, 40).forEach(line -> lines.add(line % 3 == 0 ? "x" : line + ",y"));
    Path file = Files.write(directory.resolve("short.csv"), lines);
    CommandRun run = produce("short", file);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).startsWith("26 records acknowledged");
    assertThat(run.err())
        .contains(
            "short.csv: 13 rows could not be read and went unsent\n",
            "  line 3: 1 cell, the heading names 2\n",
            "  line 30: ",
            "  and 3 more\n")
        .doesNotContain("line 33");
    assertThat(kafka.read("short", 1)).hasSize(26);
  }

  private CommandRun produce(String topic, Path file, String... more) {
    var words =
        new ArrayList<String>(
            List.of(
                "produce",
                "--topic",
                topic,
                "--file",
                file.toString(),
                "--kafka",
                kafka.address()));
    words.addAll(List.of(more));
    return CommandRun.of(words.toArray(String[]::new));
  }

  private Path lines(String name, int count) throws IOException {
    return Files.write(
        directory.resolve(name),
        IntStream.range(0, count)
            .mapToObj(i -> "{\"k\":\"k" + i % 10 + "\",\"n\":" + i + "}")
            .toList());
  }

  private static int number(String value) {
    return Integer.parseInt(value.replaceAll(".*\"n\":([0-9]+)}", "$1"));
  }
}
