package io.gamay.controller.health;

import static io.gamay.controller.health.Severity.CRITICAL;
import static io.gamay.controller.health.Severity.INFO;
import static io.gamay.controller.health.Severity.WARNING;

import java.time.Duration;

/** What may be found; {@code docs/table-health.md} tells more of each. */
public enum FindingKind {
  NO_PARTITIONS(
      CRITICAL,
      Duration.ofSeconds(20),
      "the topic is looked for every 10 s; consumption begins when it is there",
      "create the topic, or correct stream.kafka.topic.name or stream.kafka.broker.list"),
  STREAM_UNREACHABLE(
      WARNING,
      Duration.ofSeconds(20),
      "it is asked again every 10 s; queries go on",
      "see whether Kafka is up and the table's connection properties are right"),
  TOO_FEW_SERVERS(
      WARNING,
      Duration.ZERO,
      "servers that come get copies within seconds",
      "start servers with the table's tenant, or lower segmentsConfig.replication"),
  SERVER_AWAY(
      WARNING,
      Duration.ofSeconds(10),
      "queries go to other copies; when it comes back it catches up; after gamay.server-gone-after"
          + " others take its segments",
      "start it again; look into its log for why it went"),
  SERVER_SILENT(
      WARNING,
      Duration.ofSeconds(15),
      "it is asked again every few seconds",
      "see whether the server hangs or its port is closed to the controller"),
  SEGMENT_UNASSIGNED(
      CRITICAL,
      Duration.ofSeconds(15),
      "it is given to servers as soon as there are some",
      "start servers with the table's tenant"),
  CONSUMING_SEGMENT_MISSING(
      CRITICAL,
      Duration.ofSeconds(10),
      "the leader makes it, from where the partition's last segment ends",
      "if it stays: the reason says what keeps the leader from it"),
  PARTITION_WITHOUT_CONSUMER(
      CRITICAL,
      Duration.ofSeconds(10),
      "consumption goes on when one of its servers is back; rows wait in Kafka as long as the topic"
          + " keeps them",
      "start one of the servers named, before the topic's retention passes"),
  SEGMENT_ERROR(
      WARNING,
      Duration.ZERO,
      "the server tries again, at longer and longer intervals; queries go to other copies",
      "follow the reason; POST /segments/{table}/{segment}/reset makes the server try at once"),
  CONSUMPTION_ERROR(
      CRITICAL,
      Duration.ZERO,
      "nothing: going on by itself could skip or repeat rows",
      "follow the reason; POST /tables/{table}/resumeConsumption?consumeFrom=smallest or largest"
          + " says where to go on"),
  SEGMENT_UNSERVED(
      CRITICAL,
      Duration.ofSeconds(10),
      "servers of the segment bring it as soon as they are there; answers say that rows are"
          + " missing",
      "start the servers named"),
  REPLICA_LOADING(
      WARNING,
      Duration.ofMinutes(2),
      "the server fetches, verifies or replays it",
      "if it takes long: look at the server's load, its disk and the deep store"),
  REPLICA_DIFFERS(
      WARNING,
      Duration.ofMinutes(2),
      "the server replaces its own copy by the named one, and serves nothing by name until then",
      "if it stays: see whether the server reaches the deep store"),
  COMMIT_STUCK(
      WARNING,
      Duration.ofMinutes(1),
      "another attempt is given when this one is over; rows are served from memory meanwhile",
      "follow the reason: most often the deep store cannot be written"),
  DEEP_STORE_UNREACHABLE(
      WARNING,
      Duration.ofSeconds(30),
      "it is tried again for ever; segments are served from local disks and memory",
      "see whether the deep store is up and this controller may read it"),
  OBJECT_MISSING(
      WARNING,
      Duration.ZERO,
      "a server that serves the segment uploads it again under a new name",
      "if it stays: see whether the deep store can be written, and who removed the object"),
  OBJECT_DIFFERS(
      WARNING,
      Duration.ZERO,
      "a server that serves the segment uploads it again under a new name",
      "if it stays: see whether the deep store can be written, and what changed the object"),
  ORPHANED_OBJECTS(
      INFO, Duration.ZERO, "objects that can never be named any more are removed after a day", ""),
  LOG_PASSED(
      WARNING,
      Duration.ofSeconds(10),
      "consumption goes on at the log's start; what is missing is declared lost when the segment is"
          + " committed, unless another copy has it",
      "give the topic a longer retention, or the table more servers"),
  LOG_TRUNCATED(
      CRITICAL,
      Duration.ofSeconds(10),
      "nothing: going on by itself could mix records of two logs",
      "find out whether the topic was made anew or its log cut; then"
          + " POST /tables/{table}/resumeConsumption?consumeFrom=smallest or largest"),
  DECLARED_LOSS(
      WARNING,
      Duration.ZERO,
      "",
      "nothing can bring the rows back; give the topic a longer retention"),
  CONSUMPTION_PAUSED(
      WARNING,
      Duration.ZERO,
      "rows wait in Kafka, as long as the topic keeps them",
      "POST /tables/{table}/resumeConsumption"),
  SERVERS_NOT_CHOSEN(
      INFO,
      Duration.ZERO,
      "the table is served by the servers that were chosen when its groups were made",
      "POST /tables/{table}/rebalance?reassignInstances=true chooses anew"),
  REBALANCING(
      INFO,
      Duration.ZERO,
      "segments go on to where they belong, none leaves before its replacement serves",
      "GET /rebalanceStatus/{jobId} tells more; DELETE /tables/{table}/rebalance calls it off"),
  STORAGE_QUOTA_EXCEEDED(
      WARNING,
      Duration.ZERO,
      "consumption goes on by itself when the table takes no more than its quota, or that is raised;"
          + " rows wait in Kafka as long as the topic keeps them",
      "raise quota.storage by PUT /tables/{table}, shorten segmentsConfig.retentionTimeValue, or"
          + " delete segments"),
  CONSUMPTION_HELD(
      WARNING,
      Duration.ofSeconds(15),
      "the server goes on by itself when what it waits for is over; rows wait in Kafka",
      "follow the reason: resume the table, give the server more memory or disk, see to Kafka"),
  LAG_GROWING(
      WARNING,
      Duration.ZERO,
      "consumption goes on as fast as it can",
      "more partitions or servers, fewer indexes, or less load on the server"),
  LEDGER_OPEN(
      CRITICAL,
      Duration.ZERO,
      "",
      "POST /tables/{table}/ledger/verify tells where; report it with the table's ledger"),
  SETTINGS_REFUSED(
      WARNING,
      Duration.ZERO,
      "the settings named count as not written",
      "PUT /tables/{table} with a config that is taken");

  private final Severity severity;
  private final Duration patience;
  private final String underway;
  private final String advice;

  FindingKind(Severity severity, Duration patience, String underway, String advice) {
    this.severity = severity;
    this.patience = patience;
    this.underway = underway;
    this.advice = advice;
  }

  /** Once it lasts longer than {@link #patience}; before that it is INFO. */
  public Severity severity() {
    return severity;
  }

  /** How long it belongs to normal life: starts, roll-overs, restarts. */
  public Duration patience() {
    return patience;
  }

  /** What happens by itself; empty if nothing does. */
  public String underway() {
    return underway;
  }

  /** What a person could do. */
  public String advice() {
    return advice;
  }
}
