package io.gamay.quickstart.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TableStateTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String ONE_REPLICA = "{'segmentsConfig':{'replication':'1'}}";
  private static final String THREE_REPLICAS = "{'segmentsConfig':{'replication':'3'}}";

  @Test
  void aTableIsGoodWhenEachSegmentIsServedAsWanted() {
    String states = "{'s0':{'a':'ONLINE'},'s1':{'b':'CONSUMING'}}";
    TableState state = state(ONE_REPLICA, states, states, "{}", "a", "b");
    assertThat(state.words()).isEqualTo("good");
    assertThat(state.isGood()).isTrue();
    assertThat(state.segmentCount()).isEqualTo(2);
  }

  @Test
  void whatADeadServerSaidLastDoesNotCount() {
    String states = "{'s0':{'a':'ONLINE'},'s1':{'b':'CONSUMING'},'s2':{'a':'ONLINE'}}";
    assertThat(words(ONE_REPLICA, states, states, "b"))
        .isEqualTo("2 of 3 segments without a live server");
    assertThat(words(ONE_REPLICA, states, states))
        .isEqualTo("3 of 3 segments without a live server");
  }

  @Test
  void aTableWithoutSegmentsNamesItsTopic() {
    String newForm =
        "{'ingestionConfig':{'streamIngestionConfig':{'streamConfigMaps':"
            + "[{'stream.kafka.topic.name':'events'}]}}}";
    String oldForm = "{'tableIndexConfig':{'streamConfigs':{'stream.kafka.topic.name':'clicks'}}}";
    assertThat(words(newForm, "{}", "{}", "a"))
        .isEqualTo("no segments: has topic events partitions?");
    assertThat(words(oldForm, "{}", "{}", "a"))
        .isEqualTo("no segments: has topic clicks partitions?");
    assertThat(words("{}", "{}", "{}", "a")).startsWith("no segments");
  }

  @Test
  void replicasThatAreMissingAreCountedAlsoWhereNoServerWasThereToTakeThem() {
    String three = "{'s0':{'a':'ONLINE','b':'ONLINE','c':'ONLINE'}}";
    assertThat(words(THREE_REPLICAS, three, three, "a", "b", "c")).isEqualTo("good");
    assertThat(words(THREE_REPLICAS, three, three, "a", "b")).isEqualTo("2 of 3 replicas");
    String two = "{'s0':{'a':'ONLINE','b':'ONLINE'},'s1':{'a':'ONLINE'}}";
    assertThat(words(THREE_REPLICAS, two, two, "a", "b"))
        .isEqualTo("1 of 3 replicas of 1 segments; 2 of 3 replicas of 1 segments");
  }

  @Test
  void segmentsThatServersDoNotServeAreTold() {
    String wanted = "{'s0':{'a':'ONLINE'},'s1':{'a':'ONLINE'},'s2':{'a':'ONLINE'}}";
    assertThat(words(ONE_REPLICA, wanted, "{'s0':{'a':'ERROR'},'s1':{'a':'OFFLINE'}}", "a"))
        .isEqualTo("1 of 3 segments in ERROR on a server; 2 of 3 segments not served yet");
    assertThat(words(ONE_REPLICA, "{'s0':{'a':'ONLINE'}}", "{'s0':{'a':'CONSUMING'}}", "a"))
        .isEqualTo("1 of 1 segment not as wanted yet");
  }

  @Test
  void aPartitionThatDoesNotGoOnIsNamedWithItsReason() {
    String states = "{'s0':{'a':'CONSUMING'}}";
    String consuming =
        "{'_segmentToConsumingInfoMap':{'s0':[{'consumerState':'NOT_CONSUMING',"
            + "'reason':'no topic t','partitionToOffsetMap':{'0':'17'}}]}}";
    assertThat(state(ONE_REPLICA, states, states, consuming, "a").words())
        .isEqualTo("partition 0 not consuming: no topic t");
  }

  @Test
  void recordsThatWereRejectedAreCountedWhereverTheyAreTold() {
    JsonNode ledger =
        json(
            """
            {'partitions':[
             {'segments':[{'segment':'a0','counts':{'indexed':1500,'filtered':2,'rejected':3}},
                          {'segment':'a1'}]},
             {'segments':[{'segment':'b0'}]}]}\
            """);
    JsonNode consuming =
        json("{'_segmentToConsumingInfoMap':{'a1':[{'ledger':{'indexed':1,'rejected':4}}]}}");
    assertThat(TableState.rejected("t", ledger, consuming))
        .contains("7 of 1,510 records were rejected, see 'gamay table describe t'");
    assertThat(TableState.rejected("t", ledger, json("{}")).orElseThrow()).startsWith("3 of 1,505");
    assertThat(TableState.rejected("t", json("{}"), consuming)).isEmpty();
  }

  @Test
  void remarksFollowWhatIsWrongAndDoNotMakeATableBad() {
    assertThat(new TableState(1, List.of(), List.of("a")).words()).isEqualTo("good; a");
    assertThat(new TableState(1, List.of(), List.of("a")).isGood()).isTrue();
    assertThat(new TableState(1, List.of("b"), List.of("a")).words()).isEqualTo("b; a");
  }

  private static String words(String config, String wanted, String real, String... live) {
    return state(config, wanted, real, "{}", live).words();
  }

  private static TableState state(
      String config, String wanted, String real, String consuming, String... live) {
    return TableState.of(json(config), json(wanted), json(real), json(consuming), Set.of(live));
  }

  private static JsonNode json(String text) {
    return JSON.readTree(text.replace('\'', '"'));
  }
}
