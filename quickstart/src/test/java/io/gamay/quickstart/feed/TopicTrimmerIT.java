package io.gamay.quickstart.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.quickstart.client.ControllerClient;
import io.gamay.quickstart.client.StubService;
import io.gamay.quickstart.kafka.KafkaProcess;
import io.gamay.quickstart.kafka.RecordSender;
import io.gamay.quickstart.kafka.Topics;
import io.gamay.testkit.process.FreePorts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicTrimmerIT {
  private static final int RECORDS = FeedPosition.TAIL + 1_000;
  private static final String READER =
      "{\"REALTIME\":{\"ingestionConfig\":{\"maps\":[{\"stream.kafka.topic.name\":\"trips\"}]}}}";

  @TempDir private Path directory = Path.of("");

  @Test
  void whatNoTableHoldsAnyMoreLeavesTheTopic() throws Exception {
    try (var kafka = KafkaProcess.start(FreePorts.next(), directory);
        var controller = new StubService()) {
      fill(kafka);
      var trimmer =
          new TopicTrimmer(kafka.address(), "trips", new ControllerClient(controller.address()));
      controller.on("GET /tables", 200, "{\"tables\":[\"other\"]}");
      controller.on("GET /tables/other", 200, READER.replace("trips", "elsewhere"));
      trimmer.trim();
      assertThat(counts(kafka)).isEqualTo(Map.of(0, RECORDS, 1, RECORDS, 2, RECORDS));

      controller.on("GET /tables", 200, "{\"tables\":[\"trips\",\"other\"]}");
      controller.on("GET /tables/trips", 200, READER);
      controller.on("GET /tables/trips/ledger", 200, ledger(400, 500, RECORDS));
      trimmer.trim();
      assertThat(counts(kafka))
          .isEqualTo(Map.of(0, RECORDS - 400, 1, RECORDS - 500, 2, FeedPosition.TAIL));

      controller.on("GET /tables/other", 200, READER);
      controller.on("GET /tables/other/ledger", 200, ledger(450, 450));
      controller.on("GET /tables/trips/ledger", 200, ledger(900, 900, RECORDS));
      trimmer.trim();
      assertThat(counts(kafka))
          .isEqualTo(Map.of(0, RECORDS - 450, 1, RECORDS - 500, 2, FeedPosition.TAIL));

      controller.on("GET /tables/other/ledger", 503, "{}");
      trimmer.trim();
      assertThat(counts(kafka)).containsEntry(0, RECORDS - 450);
    }
  }

  private static void fill(KafkaProcess kafka) throws Exception {
    try (var topics = new Topics(kafka.address())) {
      topics.createIfAbsent("trips", 3, Map.of());
    }
    try (var sender = new RecordSender(kafka.address(), "trips")) {
      for (int number = 0; number < 3 * RECORDS; number++) {
        sender.send(number % 3, "{}".getBytes(StandardCharsets.UTF_8));
      }
      sender.flush();
      assertThat(sender.failure()).isEmpty();
    }
  }

  private static String ledger(long... starts) {
    var partitions = new StringBuilder();
    for (int partition = 0; partition < starts.length; partition++) {
      partitions
          .append(partition == 0 ? "" : ",")
          .append("{\"partition\":%d,\"startOffset\":%d}".formatted(partition, starts[partition]));
    }
    return "{\"partitions\":[" + partitions + "]}";
  }

  /** Records by partition. */
  private static Map<Integer, Integer> counts(KafkaProcess kafka) {
    Map<Integer, Integer> counts = new HashMap<>();
    kafka.read("trips", 3).forEach(held -> counts.merge(held.partition(), 1, Integer::sum));
    return counts;
  }
}
