package io.gamay.quickstart.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.quickstart.client.StubService;
import io.gamay.testkit.process.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GamayCommandTest {
  private static final String COUNT =
      "{\"resultTable\":{\"dataSchema\":{\"columnNames\":[\"count(*)\"],\"columnDataTypes\":[\"LONG\"]},"
          + "\"rows\":[[800]]},\"exceptions\":[],\"timeUsedMs\":3,\"numDocsScanned\":800,\"totalDocs\":800}";

  @TempDir private Path directory = Path.of("");
  private final StubService stub;

  GamayCommandTest() throws IOException {
    stub = new StubService();
  }

  @AfterEach
  void stop() {
    stub.close();
  }

  @Test
  void functionsAreListedAndExplained() {
    CommandRun list = CommandRun.of("functions");
    assertThat(list.exitCode()).as(list.err()).isZero();
    assertThat(list.out()).contains("DATE_TRUNC", "PERCENTILE", "JSON_EXTRACT_SCALAR");
    for (String name : List.of("date_trunc", "DATETRUNC")) {
      CommandRun one = CommandRun.of("functions", name);
      assertThat(one.exitCode()).as(one.err()).isZero();
      assertThat(one.out()).contains("DATE_TRUNC('unit', time)", "Also: DATETRUNC", "Example: ");
    }
    CommandRun none = CommandRun.of("functions", "uper");
    assertThat(none.exitCode()).isEqualTo(1);
    assertThat(none.err()).contains("there is no function uper, did you mean upper");
    assertThat(CommandRun.of("functions", "len").err())
        .contains("there is no function len: write LENGTH(text)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "--version",
        "quickstart --help",
        "start --help",
        "schema --help",
        "schema add --help",
        "schema list --help",
        "schema show --help",
        "schema drop --help",
        "table --help",
        "table create --help",
        "table list --help",
        "table describe --help",
        "table drop --help",
        "table pause --help",
        "table resume --help",
        "table force-commit --help",
        "rebalance --help",
        "segment --help",
        "segment describe --help",
        "produce --help",
        "query --help",
        "functions --help",
        "status --help"
      })
  void helpIsEverywhereOnStandardOutputAndFine(String line) {
    CommandRun run = CommandRun.of(line.split(" "));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).isNotBlank();
    assertThat(run.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "quikstart",
        "quickstart --feed-rate 0",
        "quickstart --feed-rate 20001",
        "quickstart --feed-rate many",
        "start",
        "start everything",
        "start broker --advertised-port 0",
        "start kafka --advertised-port many",
        "start server --advertised-host http://here",
        "start zookeeper --advertised-port 2181",
        "start zookeeper --advertised-host here",
        "schema",
        "schema add",
        "schema show",
        "table",
        "table describe",
        "produce --topic t",
        "produce --topic t --file f.csv --partitions 0",
        "produce --topic t --file f.csv --rate -1",
        "query",
        "query --format xml x",
        "quickstart --port-offset 70000",
        "table list --port-offset -1",
        "table list --controller :::",
        "query x --broker ab:cd",
        "start broker --port 70000",
        "start broker --id a/b",
        "start broker --cluster a/b",
        "start broker --host no.such.host.invalid",
        "produce --topic t --file data.xml",
        "schema bogus",
        "bogus"
      })
  void aCommandAskedWronglyExitsWithTwoAndOneSentence(String line) {
    CommandRun run = CommandRun.of(line.isEmpty() ? new String[0] : line.split(" "));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("gamay: ").contains("--help'").hasLineCount(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"table list", "query x", "table drop t"})
  void whereNobodyAnswersTheSentenceNamesTheWayOut(String line) {
    String nobody = "127.0.0.1:" + FreePorts.next();
    String[] words = (line + " --controller " + nobody + " --broker " + nobody).split(" ");
    CommandRun run = CommandRun.of(words);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .startsWith("gamay: no ")
        .contains(nobody, "gamay quickstart", "--port-offset", " HOST:PORT")
        .hasLineCount(1);
  }

  @Test
  void aCommandThatDoesNotExistIsAnsweredByThoseThatDo() {
    assertThat(CommandRun.of("quikstart").err())
        .contains("there is no command 'quikstart'", "did you mean", "quickstart", "produce");
    assertThat(CommandRun.of("bogus").err())
        .contains(
            "the commands are quickstart, start, schema, table, segment, rebalance, produce, query, functions,"
                + " status")
        .doesNotContain("did you mean");
    assertThat(CommandRun.of("table", "bogus").err()).contains("create", "describe");
    assertThat(CommandRun.of("query", "--formt", "csv", "x").err()).contains("--format");
  }

  @Test
  void helpTellsTheExitCodes() {
    assertThat(CommandRun.of("--help").out()).containsPattern("(?s)Exit codes.* 0 .* 1 .* 2 ");
  }

  @Test
  void aQueryIsSentAsItIsAndPrintedAsATable() {
    stub.on("POST /query/sql", 200, COUNT);
    CommandRun run = CommandRun.of("query", "SELECT \"a\" FROM t", "--broker", stub.address());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .isEqualTo(
            """
            count(*)
            --------
                 800
            1 row in 3 ms, 800 of 800 docs scanned
            """);
    assertThat(stub.requests())
        .containsExactly("POST /query/sql {\"sql\":\"SELECT \\\"a\\\" FROM t\"}");
  }

  @Test
  void aQueryPrintsCsvAndJsonForScripts() {
    stub.on("POST /query/sql", 200, COUNT);
    assertThat(CommandRun.of("query", "x", "--format", "csv", "--broker", stub.address()).out())
        .isEqualTo("count(*)\n800\n");
    assertThat(CommandRun.of("query", "x", "--format", "json", "--broker", stub.address()).out())
        .contains("\"numDocsScanned\" : 800");
  }

  @Test
  void noticesAndWhatIsMissingAreToldOnStandardErrorWhereTheFormHasNoPlaceForThem() {
    stub.on(
        "POST /query/sql",
        200,
        COUNT.replace(
            "\"exceptions\":[]",
            "\"exceptions\":[],\"partialResult\":true,\"notices\":[\"write a LIMIT\"]"));
    CommandRun table = CommandRun.of("query", "x", "--broker", stub.address());
    assertThat(table.exitCode()).isZero();
    assertThat(table.out()).endsWith("docs scanned; PARTIAL: rows may be missing\n");
    assertThat(table.err()).isEqualTo("notice: write a LIMIT\n");
    CommandRun csv = CommandRun.of("query", "x", "--format", "csv", "--broker", stub.address());
    assertThat(csv.exitCode()).isZero();
    assertThat(csv.out()).isEqualTo("count(*)\n800\n");
    assertThat(csv.err()).isEqualTo("notice: write a LIMIT\nPARTIAL: rows may be missing\n");
    CommandRun json = CommandRun.of("query", "x", "--format", "json", "--broker", stub.address());
    assertThat(json.out()).contains("write a LIMIT", "\"partialResult\" : true");
    assertThat(json.err()).isEmpty();
  }

  @Test
  void aQueryThatFailsSaysSoOnStandardErrorAndExitsWithOne() {
    stub.on(
        "POST /query/sql",
        200,
        "{\"exceptions\":[{\"errorCode\":190,\"message\":\"no table x\"}]}");
    CommandRun run = CommandRun.of("query", "x", "--broker", stub.address());
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).isEqualTo("gamay: 190: no table x\n");
  }

  @Test
  void portOffsetFindsTheQuickstartWithoutAddresses() {
    stub.on("GET /tables", 200, "{\"tables\":[\"a\",\"b\"]}");
    String offset = Integer.toString(stub.port() - 9000);
    CommandRun run = CommandRun.of("table", "list", "--port-offset", offset);
    assertThat(run.out()).isEqualTo("a\nb\n");
  }

  @Test
  void aTableIsCreatedWithItsSchemaAndWhatWasNotKnownIsShown() throws IOException {
    stub.on(
        "POST /schemas",
        200,
        "{\"status\":\"t successfully added\",\"unrecognizedProperties\":{}}");
    stub.on(
        "POST /tables",
        200,
        "{\"status\":\"Table t_REALTIME successfully"
            + " added\",\"unrecognizedProperties\":{\"/tabelName\":\"t\"}}");
    Path schema = Files.writeString(directory.resolve("s.json"), "{\"schemaName\":\"t\"}");
    Path table = Files.writeString(directory.resolve("t.json"), "{\"tableName\":\"t\"}");
    CommandRun run =
        CommandRun.of(
            "table",
            "create",
            table.toString(),
            "--schema",
            schema.toString(),
            "--controller",
            stub.address());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .isEqualTo(
            """
            t successfully added
            Table t_REALTIME successfully added
              not known, ignored: /tabelName = "t"
            """);
    assertThat(stub.requests())
        .containsExactly(
            "POST /schemas {\"schemaName\":\"t\"}", "POST /tables {\"tableName\":\"t\"}");
  }

  @Test
  void aRefusalByTheControllerIsRepeatedInItsWords() throws IOException {
    stub.on("POST /schemas", 400, "{\"code\":400,\"error\":\"column a has no dataType\"}");
    Path schema = Files.writeString(directory.resolve("s.json"), "{}");
    CommandRun run =
        CommandRun.of("schema", "add", schema.toString(), "--controller", stub.address());
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).isEqualTo("gamay: the schema was not added: column a has no dataType\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"schema add", "table create"})
  void aFileThatCannotBeWhatItShouldIsNamedBeforeAnythingIsAsked(String line) throws IOException {
    for (String text : new String[] {"", " \n", "[]", "schemaName: t"}) {
      Path file = Files.writeString(directory.resolve("f.json"), text);
      CommandRun run = CommandRun.of((line + " " + file).split(" "));
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err())
          .contains(file.toString(), "it should hold a ", "Name\": ")
          .hasLineCount(1);
    }
    Files.write(directory.resolve("f.json"), new byte[] {'{', (byte) 0xff});
    assertThat(CommandRun.of((line + " " + directory.resolve("f.json")).split(" ")).err())
        .contains("is not text in UTF-8");
    assertThat(CommandRun.of((line + " " + directory).split(" ")).err()).contains("is a directory");
  }

  @Test
  void anEmptySchemaFileBesideATableConfigIsNamedBeforeAnythingIsAsked() throws IOException {
    Path table = Files.writeString(directory.resolve("t.json"), "{}");
    Path schema = Files.writeString(directory.resolve("s.json"), "");
    CommandRun run = asked("table create " + table + " --schema " + schema);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("s.json is empty");
    assertThat(stub.requests()).isEmpty();
  }

  @Test
  void aSchemaIsReplacedByForce() throws IOException {
    stub.on("POST /schemas?force=true", 200, "{\"status\":\"t successfully added\"}");
    Path schema = Files.writeString(directory.resolve("s.json"), "{}");
    CommandRun run = asked("schema add --force " + schema);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).isEqualTo("t successfully added\n");
  }

  @Test
  void schemasAreListedShownAndDropped() {
    stub.on("GET /schemas", 200, "[\"a\",\"b\"]");
    stub.on("GET /schemas/a", 200, "{\"schemaName\":\"a\"}");
    stub.on("DELETE /schemas/a", 200, "{\"status\":\"Schema a deleted\"}");
    assertThat(asked("schema list").out()).isEqualTo("a\nb\n");
    assertThat(asked("schema show a").out()).contains("\"schemaName\" : \"a\"");
    assertThat(asked("schema drop a").out()).isEqualTo("Schema a deleted\n");
    for (String verb : new String[] {"show", "drop"}) {
      CommandRun run = asked("schema " + verb + " x");
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("there is no schema x", "gamay schema list");
    }
    assertThat(stub.requests()).doesNotContain("DELETE /schemas/x");
  }

  @Test
  void anUnknownKeyIsToldOnceWhicheverWayItIsWritten() throws IOException {
    stub.on(
        "POST /tables",
        200,
        "{\"status\":\"added\",\"unrecognizedProperties\":{\"/segmentsConfig/replicaton\":\"1\","
            + "\"/a/0/x.y~1z\":2,\"/lone\":3},\"warnings\":[\"$.segmentsConfig.replicaton: unknown"
            + " key, it has no effect (did you mean 'replication'?)\",\"$.a[0]['x.y/z']: unknown"
            + " key, it has no effect\"]}");
    Path table = Files.writeString(directory.resolve("t.json"), "{}");
    assertThat(asked("table create " + table).out())
        .isEqualTo(
            """
            added
              warning: $.segmentsConfig.replicaton: unknown key, it has no effect (did you mean 'replication'?)
              warning: $.a[0]['x.y/z']: unknown key, it has no effect
              not known, ignored: /lone = 3
            """);
  }

  private CommandRun asked(String line) {
    return CommandRun.of((line + " --controller " + stub.address()).split(" "));
  }

  @Test
  void aTableWithoutASchemaIsRefusedWithTheWayOut() throws IOException {
    stub.on("POST /tables", 400, "{\"code\":400,\"error\":\"Failed to find schema for table: t\"}");
    Path table = Files.writeString(directory.resolve("t.json"), "{}");
    CommandRun run = asked("table create " + table);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo(
            "gamay: the table was not created: Failed to find schema for table: t; add it before"
                + " ('gamay schema add FILE'), or give its file with --schema\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"schema add", "table create"})
  void aFileThatIsNotJsonIsNamedWithLineAndColumn(String line) throws IOException {
    Path file = Files.writeString(directory.resolve("broken.json"), "{\"a\": 1,\n \"b\": [2");
    CommandRun run = asked(line + " " + file);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains(file + " is not JSON at line 2, column ", "end-of-input")
        .doesNotContain("Source")
        .hasLineCount(1);
    assertThat(stub.requests()).isEmpty();
  }

  @Test
  void showAndDescribeAreTheSame() {
    stub.on("GET /schemas/a", 200, "{\"schemaName\":\"a\"}");
    assertThat(asked("schema describe a")).isEqualTo(asked("schema show a"));
    assertThat(asked("schema describe a").out()).contains("\"schemaName\" : \"a\"");
    stub.on("GET /tables/t", 200, "{\"REALTIME\":{}}");
    stub.on("GET /tables/t/ledger", 200, "{\"partitions\":[]}");
    assertThat(asked("table show t")).isEqualTo(asked("table describe t"));
    assertThat(asked("table show t").exitCode()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "quickstart",
        "start",
        "schema add",
        "schema list",
        "schema show",
        "schema drop",
        "table create",
        "table list",
        "table describe",
        "table drop",
        "table pause",
        "table resume",
        "table force-commit",
        "segment describe",
        "produce",
        "query",
        "functions",
        "status"
      })
  void everyCommandTakesAPortOffset(String line) {
    String[] words = (line + " --port-offset 1000 --help").split(" ");
    assertThat(CommandRun.of(words).exitCode()).isZero();
  }

  @Test
  void aPortOffsetThatIsNotNeededIsCheckedAndChangesNothing() {
    assertThat(CommandRun.of("functions", "round", "--port-offset", "1000"))
        .isEqualTo(CommandRun.of("functions", "round"));
    assertThat(CommandRun.of("functions", "--port-offset", "70000").exitCode()).isEqualTo(2);
  }

  @Test
  void aComponentsDefaultPortIsShifted() throws IOException {
    try (var taken = listener()) {
      int offset = taken.getLocalPort() - 8080;
      CommandRun run = CommandRun.of("start", "gateway", "--port-offset", Integer.toString(offset));
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err())
          .contains("port " + taken.getLocalPort() + " of the gateway is not free");
    }
  }

  @Test
  void aTableIsPausedResumedAndCommitted() {
    stub.on("GET /tables/t", 200, "{\"REALTIME\":{}}");
    stub.on(
        "POST /tables/t/pauseConsumption?comment=new%20disks",
        200, "{\"pauseFlag\":true,\"consumingSegments\":[\"t__0__1__x\"]}");
    stub.on(
        "POST /tables/t/resumeConsumption?consumeFrom=largest&comment=",
        200,
        "{\"pauseFlag\":false,\"consumingSegments\":[]}");
    stub.on("POST /tables/t/forceCommit", 200, "{\"forceCommitJobId\":\"t-1~commit3\"}");
    stub.on(
        "GET /tables/forceCommitStatus/t-1%7Ecommit3",
        200, "{\"numberOfSegmentsYetToBeCommitted\":2}");
    assertThat(
            CommandRun.of(
                    "table", "pause", "t", "--comment", "new disks", "--controller", stub.address())
                .out())
        .isEqualTo("table t is paused; 1 of its segments are still to be committed\n");
    assertThat(asked("table resume t --from largest").out()).isEqualTo("table t is consumed\n");
    assertThat(asked("table force-commit t").out())
        .contains("2 segments of table t are being committed", "forceCommitStatus/t-1~commit3");
  }

  @Test
  void aTableThatDoesNotExistIsNeitherDescribedDroppedNorPaused() {
    for (String verb : new String[] {"describe", "drop", "pause", "resume", "force-commit"}) {
      CommandRun run = CommandRun.of("table", verb, "x", "--controller", stub.address());
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("there is no table x");
    }
    assertThat(stub.requests()).noneMatch(request -> request.startsWith("DELETE"));
  }

  @Test
  void aTableIsDescribedByItsColumnsAndPartitions() {
    stub.on(
        "GET /tables/t",
        200,
        "{\"REALTIME\":{\"tableName\":\"t_REALTIME\",\"segmentsConfig\":{\"timeColumnName\":\"at\"}}}");
    stub.on(
        "GET /tables/t/schema",
        200,
        """
        {"schemaName":"t",
         "dimensionFieldSpecs":[{"name":"tags","dataType":"STRING","singleValueField":false}],
         "metricFieldSpecs":[{"name":"fare","dataType":"DOUBLE"}],
         "dateTimeFieldSpecs":[{"name":"at","dataType":"LONG"}]}\
        """);
    stub.on(
        "GET /tables/t/ledger",
        200,
        """
        {"partitions":[
         {"partition":0,"startOffset":5,"segments":[
          {"segment":"t__0__0__x","state":"ONLINE","endOffset":105,
           "counts":{"indexed":97,"filtered":0,"rejected":2,"absent":1,"lost":0}},
          {"segment":"t__0__1__x","state":"CONSUMING","endOffset":-1}]},
         {"partition":1,"startOffset":0,"segments":[
          {"segment":"t__1__0__x","state":"CONSUMING","endOffset":-1}]}]}\
        """);
    stub.on(
        "GET /tables/t/consumingSegmentsInfo",
        200,
        """
        {"_segmentToConsumingInfoMap":{"t__0__1__x":[
         {"partitionToOffsetMap":{"0":"115"},"partitionOffsetInfo":{"recordsLagMap":{"0":"9"}},
          "ledger":{"indexed":10,"rejected":0}},
         {"partitionToOffsetMap":{"0":"120"},"partitionOffsetInfo":{"recordsLagMap":{"0":"4"}},
          "ledger":{"indexed":14,"rejected":1}}]}}\
        """);
    stub.on(
        "GET /tables/t/size",
        200,
        "{\"realtimeSegments\":{\"segments\":{\"t__0__0__x\":{\"maxReportedSizePerReplicaInBytes\":2049}}}}");
    CommandRun run = asked("table describe t");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .startsWith("{")
        .contains("\"tableName\" : \"t_REALTIME\"")
        .endsWith(
            """

            column  type                 role
            ------  -------------------  ---------------------------
            tags    STRING, many values  dimension
            fare    DOUBLE               metric
            at      LONG                 date-time, the table's time

            partition  segments               from offset  to offset  lag  rows  filtered  rejected  lost  KiB on disk
            ---------  ---------------------  -----------  ---------  ---  ----  --------  --------  ----  -----------
                    0  1 CONSUMING, 1 ONLINE            5        120    4   111         0         3     0            3
                    1  1 CONSUMING                      0          ?    ?    0+        0+        0+    0+            0
            """);
  }

  @Test
  void aTableWithoutPartitionsIsDescribedByItsTopic() {
    stub.on(
        "GET /tables/t",
        200,
        "{\"REALTIME\":{\"tableIndexConfig\":{\"streamConfigs\":{\"stream.kafka.topic.name\":\"events\"}}}}");
    stub.on("GET /tables/t/ledger", 200, "{\"partitions\":[]}");
    assertThat(asked("table describe t").out())
        .endsWith("no segments: has topic events partitions?\n");
  }

  @Test
  void statusShowsWhatIsDownAndEveryTableWithRowsAndState() throws IOException {
    try (var kafka = listener()) {
      stub.on("GET /health", 200, "OK");
      stub.on(
          "GET /instances", 200, "{\"instances\":[\"Controller_a\",\"Server_a\",\"Broker_b\"]}");
      stub.on(
          "GET /instances/Server_a",
          200,
          "{\"hostName\":\"127.0.0.1\",\"port\":" + stub.port() + "}");
      stub.on(
          "GET /instances/Broker_b",
          200,
          "{\"hostName\":\"127.0.0.1\",\"port\":" + FreePorts.next() + "}");
      stub.on("GET /liveinstances", 200, "{\"instances\":[\"Controller_a\",\"Server_a\"]}");
      stub.on("GET /tables", 200, "{\"tables\":[\"t\",\"u\"]}");
      stub.on("GET /tables/t/idealstate", 200, "{\"REALTIME\":{\"s0\":{\"Server_a\":\"ONLINE\"}}}");
      stub.on(
          "GET /tables/t/externalview", 200, "{\"REALTIME\":{\"s0\":{\"Server_a\":\"ONLINE\"}}}");
      stub.on(
          "GET /tables/u/idealstate",
          200,
          "{\"REALTIME\":{\"s0\":{\"Server_a\":\"ONLINE\"},\"s1\":{\"Server_a\":\"CONSUMING\"}}}");
      stub.on(
          "GET /tables/u/externalview", 200, "{\"REALTIME\":{\"s0\":{\"Server_a\":\"ONLINE\"}}}");
      stub.on(
          "GET /tables/t/ledger",
          200,
          "{\"partitions\":[{\"segments\":[{\"counts\":{\"indexed\":1,\"rejected\":4}}]}]}");
      stub.on("POST /query/sql", 200, COUNT);
      String kafkaAddress = "127.0.0.1:" + kafka.getLocalPort();
      CommandRun run =
          CommandRun.of(
              "status",
              "--controller",
              stub.address(),
              "--broker",
              stub.address(),
              "--kafka",
              kafkaAddress);
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.out().lines().map(line -> line.replaceAll(" +", " ")))
          .contains(
              "controller " + stub.address() + " up",
              "Server_a " + stub.address() + " up",
              "Kafka " + kafkaAddress + " up",
              "t 800 1 good; 4 of 5 records were rejected, see 'gamay table describe t'",
              "u 800 2 1 of 2 segments not served yet")
          .anyMatch(line -> line.startsWith("Broker_b ") && line.endsWith(" DOWN"));
    }
  }

  @Test
  void aServerThatIsRegisteredButDoesNotAnswerServesNothing() {
    stub.on("GET /health", 200, "OK");
    stub.on("GET /instances", 200, "{\"instances\":[\"Server_a\"]}");
    stub.on("GET /liveinstances", 200, "{\"instances\":[\"Server_a\"]}");
    stub.on(
        "GET /instances/Server_a",
        200,
        "{\"hostName\":\"127.0.0.1\",\"port\":\"" + FreePorts.next() + "\"}");
    stub.on("GET /tables", 200, "{\"tables\":[\"t\"]}");
    stub.on("GET /tables/t/idealstate", 200, "{\"REALTIME\":{\"s0\":{\"Server_a\":\"ONLINE\"}}}");
    stub.on("GET /tables/t/externalview", 200, "{\"REALTIME\":{\"s0\":{\"Server_a\":\"ONLINE\"}}}");
    CommandRun run = status();
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).contains("1 of 1 segment without a live server");
  }

  @Test
  void aGatewayThatLeftTheClusterIsGoneAndOneThatHoldsItsPlaceAndIsSilentIsDown()
      throws IOException {
    String silent = "{\"hostName\":\"127.0.0.1\",\"port\":\"" + FreePorts.next() + "\"}";
    stub.on("GET /health", 200, "OK");
    stub.on("GET /instances", 200, "{\"instances\":[\"Gateway_a\"]}");
    stub.on("GET /liveinstances", 200, "{\"instances\":[]}");
    stub.on("GET /instances/Gateway_a", 200, silent);
    stub.on("GET /tables", 200, "{\"tables\":[]}");
    try (var kafka = listener()) {
      CommandRun gone = status("--kafka", "127.0.0.1:" + kafka.getLocalPort());
      assertThat(gone.out()).containsPattern("Gateway_a +127.0.0.1:\\d+ +gone\n");
      assertThat(gone.exitCode()).as(gone.out()).isZero();
      stub.on("GET /liveinstances", 200, "{\"instances\":[\"Gateway_a\"]}");
      CommandRun down = status("--kafka", "127.0.0.1:" + kafka.getLocalPort());
      assertThat(down.out()).containsPattern("Gateway_a +127.0.0.1:\\d+ +DOWN\n");
      assertThat(down.exitCode()).isEqualTo(1);
    }
  }

  @Test
  void aServiceThatIsNotReadySaysWhyInItsWords() {
    stub.on("GET /health", 503, "no connection to zookeeper");
    CommandRun run = status();
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).contains("not ready: no connection to zookeeper");
  }

  @Test
  void theGatewayIsAskedAtItsAddressAndDownWhereNothingListens() {
    int offset = FreePorts.offsetFor(8080, 2181, 9092, 9000);
    CommandRun down = CommandRun.of("status", "--port-offset", Integer.toString(offset));
    assertThat(down.out()).containsPattern("gateway +127.0.0.1:" + (8080 + offset) + " +down\n");
    stub.on("GET /health", 200, "OK");
    String shift = Integer.toString(stub.port() - 8080);
    CommandRun up = CommandRun.of("status", "--port-offset", shift);
    assertThat(up.out()).containsPattern("gateway +" + stub.address() + " +up\n");
  }

  private CommandRun status(String... more) {
    List<String> words =
        new ArrayList<>(
            List.of("status", "--controller", stub.address(), "--broker", stub.address()));
    words.addAll(List.of(more));
    return CommandRun.of(words.toArray(String[]::new));
  }

  @Test
  void aFileThatIsNotThereIsNamedBeforeAnythingIsAsked() {
    CommandRun run = CommandRun.of("produce", "--topic", "t", "--file", "absent.csv");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("there is no file absent.csv");
    CommandRun unknown = CommandRun.of("produce", "--topic", "t", "--file", "data.xml");
    assertThat(unknown.err()).contains("cannot tell the format of data.xml");
  }

  @Test
  void aTakenPortIsNamedBeforeAnythingStarts() throws IOException {
    try (var taken = listener()) {
      CommandRun run =
          CommandRun.of(
              "start",
              "broker",
              "--port",
              Integer.toString(taken.getLocalPort()),
              "--data-dir",
              directory.toString());
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err())
          .contains("port " + taken.getLocalPort() + " of the broker is not free", "--port");
    }
  }

  private static ServerSocket listener() throws IOException {
    return new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
  }

  @Test
  void rebalanceTellsWhatItMovesAndWaitsUntilItIsDone() {
    stub.on(
        "POST /tables/t/rebalance?forceCommit=true",
        200,
        """
        {"jobId":"t~rebalance1","status":"IN_PROGRESS","description":"3 segments are being moved",
         "rebalanceSummaryResult":{"serverInfo":{"serverSegmentChangeInfo":{"Server_b":{
           "totalSegmentsBeforeRebalance":0,"totalSegmentsAfterRebalance":3,"segmentsAdded":3,
           "segmentsDeleted":0,"bytesAdded":4711}}}}}
        """);
    stub.on(
        "GET /rebalanceStatus/t%7Erebalance1",
        200, "{\"status\":\"DONE\",\"description\":\"all there\",\"segments\":{\"moved\":3}}");
    CommandRun run =
        CommandRun.of("rebalance", "t", "--force-commit", "--controller", stub.address());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("3 segments are being moved", "Server_b", "4711", "3 segments were moved: all");
  }

  @Test
  void rebalanceThatIsCalledOffIsAFailureAndADryRunDoesNotWait() {
    stub.on(
        "POST /tables/t/rebalance",
        200,
        "{\"jobId\":\"t~rebalance2\",\"status\":\"IN_PROGRESS\",\"description\":\"moving\"}");
    stub.on(
        "GET /rebalanceStatus/t%7Erebalance2",
        200, "{\"status\":\"CANCELLED\",\"description\":\"called off\"}");
    CommandRun run = CommandRun.of("rebalance", "t", "--controller", stub.address());
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("ended as CANCELLED: called off");

    stub.on(
        "POST /tables/t/rebalance?dryRun=true",
        200,
        "{\"status\":\"DONE\",\"description\":\"dry run: 3 segments would be moved\"}");
    CommandRun dry = CommandRun.of("rebalance", "t", "--dry-run", "--controller", stub.address());
    assertThat(dry.exitCode()).as(dry.err()).isZero();
    assertThat(dry.out()).contains("3 segments would be moved");
  }
}
