package io.gamay.query.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.gamay.query.budget.QueryBudget;
import io.gamay.query.budget.ThreadUsage;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.execute.QueryExecution;
import io.gamay.query.execute.StatisticsCollector;
import io.gamay.query.explain.Amount;
import io.gamay.query.explain.Clause;
import io.gamay.query.explain.Measure;
import io.gamay.query.explain.Operator;
import io.gamay.query.explain.ServerExplanation;
import io.gamay.query.merge.ExecutionStatistics;
import io.gamay.query.merge.GroupFinisher;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.plan.FinishPlan;
import io.gamay.query.plan.GroupOptions;
import io.gamay.query.plan.GroupTrim;
import io.gamay.query.plan.ResultType;
import io.gamay.query.plan.ServerPlan;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.SortKey;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.plan.TypedExpression.Not;
import io.gamay.query.plan.TypedExpression.VirtualColumn;
import io.gamay.query.plan.TypedExpression.VirtualColumnKind;
import io.gamay.query.sql.Query;
import io.gamay.query.testing.Plans;
import io.gamay.query.testing.RandomPlan;
import io.gamay.query.testing.RandomTable;
import io.gamay.query.vector.Vector;
import io.gamay.query.wire.ServerRequest.SealedPart;
import io.gamay.query.wire.ServerRequest.TailPart;
import io.gamay.query.wire.ServerResponse.ServerError;
import io.gamay.query.wire.ServerResponse.TailCoverage;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class WireCodecFaultTest {

  private static final int FAULTS_PER_MESSAGE = 60;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  void aRequestReadsBackAsItWasWritten() {
    Seeds.forEach(
        200,
        random -> {
          ServerRequest request = request(random, RandomTable.of(random, false, 5));
          assertThat(ServerRequestCodec.decode(ServerRequestCodec.encode(request)))
              .isEqualTo(request);
        });
  }

  @Test
  void aResponseReadsBackAsItWasWritten() {
    Seeds.forEach(
        200,
        random -> {
          ServerResponse response = response(random, false);
          ServerResponse read = ServerResponseCodec.decode(ServerResponseCodec.encode(response));
          assertThat(read).usingRecursiveComparison().ignoringFields("result").isEqualTo(response);
          assertThat(ServerResponseCodec.encode(read))
              .as("written again")
              .isEqualTo(ServerResponseCodec.encode(response));
        });
  }

  @Test
  void anyChangedOrMissingByteIsRefused() {
    Seeds.forEach(
        20,
        random -> {
          byte[] request =
              ServerRequestCodec.encode(request(random, RandomTable.of(random, false, 5)));
          byte[] response = ServerResponseCodec.encode(response(random, true));
          for (int fault = 0; fault < FAULTS_PER_MESSAGE; fault++) {
            byte[] badRequest = damaged(random, request);
            assertThatThrownBy(() -> ServerRequestCodec.decode(badRequest))
                .isInstanceOf(WireFormatException.class);
            byte[] badResponse = damaged(random, response);
            assertThatThrownBy(() -> ServerResponseCodec.decode(badResponse))
                .isInstanceOf(WireFormatException.class);
          }
        });
  }

  @Test
  void garbageWithARightChecksumIsReadOrRefusedWithinItsSize() {
    Seeds.forEach(
        40,
        random -> {
          byte[] request =
              ServerRequestCodec.encode(request(random, RandomTable.of(random, false, 5)));
          byte[] response = ServerResponseCodec.encode(response(random, true));
          for (int fault = 0; fault < FAULTS_PER_MESSAGE; fault++) {
            readOrRefuse(resealed(damaged(random, request)), ServerRequestCodec::decode);
            readOrRefuse(resealed(damaged(random, response)), ServerResponseCodec::decode);
          }
        });
  }

  @Test
  void anotherVersionIsRefusedByItsNumber() {
    byte[] message = ServerRequestCodec.encode(request(new SeededRandom(1), emptyTable()));
    message[4] = 9;
    assertThatThrownBy(() -> ServerRequestCodec.decode(resealed(message)))
        .isInstanceOf(WireFormatException.class)
        .hasMessage("message of version 9, only 5 is known");
  }

  @Test
  void aResponseThatTakesMoreThanItMayIsNotWritten() {
    ServerResponse response =
        ServerResponse.of("r", Optional.empty()).withMissingSegments(List.of("s".repeat(1_000)));
    assertThat(ServerResponseCodec.encodeMeasured(response, 2_000, "ask for less").remaining())
        .isBetween(1_000, 2_000);
    assertThatThrownBy(() -> ServerResponseCodec.encodeMeasured(response, 999, "ask for less"))
        .isInstanceOfSatisfying(
            QueryException.class,
            e -> assertThat(e.code()).isEqualTo(QueryErrorCode.SERVER_RESOURCE_LIMIT_EXCEEDED))
        .hasMessage("response of a server needs more than its limit of 999 bytes: ask for less");
  }

  @Test
  void whatWritingAResponseCostIsInIt() {
    PartialResult rows =
        new PartialResult.SelectedRows(
            new BytesBlock(0, 100_000), List.of(new Vector(StoredType.LONG, false)));
    ServerResponse response =
        ServerResponse.of("r", Optional.of(rows))
            .withStatistics(ExecutionStatistics.ofThread(new ThreadUsage(7, 8)));
    ByteBuffer written = ServerResponseCodec.encodeMeasured(response, 10_000, "");
    byte[] message = new byte[written.remaining()];
    written.get(message);
    ExecutionStatistics read = ServerResponseCodec.decode(message).statistics();
    assertThat(read.threads()).isEqualTo(new ThreadUsage(7, 8));
    assertThat(read.serialization().allocatedBytes()).isPositive();
  }

  @Test
  void aResponseIsNotTakenForARequest() {
    byte[] message = ServerResponseCodec.encode(response(new SeededRandom(1), true));
    assertThatThrownBy(() -> ServerRequestCodec.decode(message))
        .isInstanceOf(WireFormatException.class)
        .hasMessageStartingWith("unknown message kind");
  }

  @Test
  void expressionsNestedTooDeepAreRefused() {
    TypedExpression deep =
        new Constant(Optional.of(new Value.IntValue(1)), ResultType.of(DataType.BOOLEAN));
    for (int depth = 0; depth < 5_000; depth++) {
      deep = new Not(deep);
    }
    ServerPlan plan =
        new ServerPlan("t", 1, Optional.of(deep), new ServerWork.Aggregate(List.of()));
    ServerRequest request = ServerRequest.of("r", "t", plan, List.of(), List.of(), Duration.ZERO);
    assertThatThrownBy(() -> ServerRequestCodec.encode(request))
        .isInstanceOfSatisfying(
            QueryException.class,
            e -> assertThat(e.code()).isEqualTo(QueryErrorCode.QUERY_VALIDATION))
        .hasMessageContaining("nested deeper than 200")
        .hasMessageContaining("put parts of it in parentheses");
    WireWriter hostile = new WireWriter(ServerRequestCodec.MAGIC, ServerRequestCodec.VERSION);
    hostile.text("r");
    hostile.text("t");
    hostile.text("table");
    hostile.signed(1);
    hostile.bool(true);
    for (int depth = 0; depth < 100_000; depth++) {
      hostile.tag(PlanCodec.NOT);
    }
    assertThatThrownBy(() -> ServerRequestCodec.decode(hostile.finish()))
        .isInstanceOf(WireFormatException.class)
        .hasMessage("expression nested deeper than 200");
  }

  @Test
  void groupingSetsReadBackAsTheyWereWritten() {
    ServerRequest request = groupingSets(List.of(List.of(0, 1), List.of(1), List.of()));

    assertThat(ServerRequestCodec.decode(ServerRequestCodec.encode(request))).isEqualTo(request);
  }

  @Test
  void groupingSetsOfKeysThatAreNotThereAreRefused() {
    for (List<Integer> set : List.of(List.of(2), List.of(1, 0), List.of(0, 0), List.of(7))) {
      byte[] message = ServerRequestCodec.encode(groupingSets(List.of(set)));
      assertThatThrownBy(() -> ServerRequestCodec.decode(message))
          .isInstanceOf(WireFormatException.class)
          .hasMessageContaining("grouping set " + set);
    }
  }

  /** Of two keys and the number of the set. */
  private static ServerRequest groupingSets(List<List<Integer>> sets) {
    TypedExpression key = new VirtualColumn(VirtualColumnKind.PARTITION_ID);
    TypedExpression number =
        new Constant(Optional.of(new Value.IntValue(0)), ResultType.of(DataType.INT));
    return ServerRequest.of(
        "r",
        "t@1",
        new ServerPlan(
            "t",
            1,
            Optional.empty(),
            new ServerWork.GroupBy(
                List.of(key, new VirtualColumn(VirtualColumnKind.OFFSET), number),
                List.of(Plans.count()),
                10,
                sets)),
        List.of(new SealedPart("s", 3, -1)),
        List.of(),
        Duration.ofSeconds(10));
  }

  @Test
  void theBytesOfAPlanDoNotChangeWithinAVersion() {
    ServerPlan plan =
        new ServerPlan(
            "t",
            1,
            Optional.of(new Not(new VirtualColumn(VirtualColumnKind.PARTITION_ID))),
            new ServerWork.Aggregate(List.of(Plans.count())));
    ServerRequest request =
        ServerRequest.of(
            "r",
            "t@1",
            plan,
            List.of(new SealedPart("s", 3, -1)),
            List.of(new TailPart(3, 100, 0, true)),
            Duration.ofSeconds(10));
    assertThat(HexFormat.of().formatHex(ServerRequestCodec.encode(request)))
        .isEqualTo(
            "474d52510500017203744031017402010d010c504152544954494f4e5f4944010105434f554e"
                + "54000000044c4f4e4700000d5354414e444152445f4e554c4c000001017306ffffffff0106c80100"
                + "018090dfc04a01feffffff0f"
                + "feffffffffffffffff01".repeat(3)
                + "00044e4f4e45"
                + "7cb7dbe1");
  }

  private static void readOrRefuse(byte[] message, Function<byte[], ?> decoder) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      assertThat(decoder.apply(message)).isNotNull();
    } catch (WireFormatException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    // A sketch of a few bytes takes some thousands once it is read; one of 2^21 hashes 16 MiB.
    assertThat(allocated).isLessThan(18_000_000L + 2_000L * message.length);
  }

  private static byte[] damaged(SeededRandom random, byte[] message) {
    if (random.chance(0.3)) {
      return Arrays.copyOf(message, random.nextInt(message.length));
    }
    byte[] damaged = message.clone();
    int position = random.nextInt(damaged.length);
    byte before = damaged[position];
    do {
      damaged[position] = random.chance(0.3) ? (byte) 0xff : (byte) random.nextInt(256);
    } while (damaged[position] == before && before != (byte) 0xff);
    if (damaged[position] == before) {
      damaged[position] = 0;
    }
    return damaged;
  }

  private static byte[] resealed(byte[] message) {
    if (message.length < 10) {
      return message;
    }
    byte[] sealed = message.clone();
    CRC32C crc = new CRC32C();
    crc.update(sealed, 0, sealed.length - 4);
    ByteBuffer.wrap(sealed)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(sealed.length - 4, (int) crc.getValue());
    return sealed;
  }

  private static RandomTable emptyTable() {
    return RandomTable.of(new SeededRandom(1), true, 0);
  }

  private static ServerRequest request(SeededRandom random, RandomTable table) {
    RandomPlan plan = RandomPlan.withSketches(random, table);
    return new ServerRequest(
        random.anyString(10),
        random.anyString(10),
        plan.server(),
        trim(random, plan),
        random.chance(0.5) ? Optional.of(FinishPlan.of(plan.output())) : Optional.empty(),
        List.of(new SealedPart(random.anyString(20), random.anyInt(), random.anyInt())),
        List.of(
            new TailPart(random.anyInt(), random.anyLong(), random.anyLong(), random.chance(0.5))),
        Duration.ofNanos(random.anyLong()),
        random.chance(0.5),
        new ServerRequest.Limits(
            random.between(1, 100), random.anyLong(), random.anyLong(), random.anyLong()),
        random.chance(0.5) ? Map.of() : Map.of(random.between(8, 99), random.anyLong(), 7, 8L),
        random.oneOf(List.of(Query.Explain.values())));
  }

  private static Optional<GroupTrim> trim(SeededRandom random, RandomPlan plan) {
    List<SortKey> order = plan.output().orderBy();
    return order.isEmpty() || random.chance(0.5)
        ? Optional.empty()
        : Optional.of(
            new GroupTrim(
                order,
                random.between(1, 100),
                random.between(1, 100),
                GroupOptions.NO_TRIM,
                random.between(1, 100)));
  }

  /**
   * @param hasSketches which may be written in another way when they were read
   */
  private static ServerResponse response(SeededRandom random, boolean hasSketches) {
    RandomTable table = RandomTable.of(random, false, 30);
    RandomPlan plan =
        hasSketches ? RandomPlan.withSketches(random, table) : RandomPlan.of(random, table);
    StatisticsCollector statistics = new StatisticsCollector();
    Optional<PartialResult> result;
    try {
      result = Optional.of(result(random, plan, table, statistics));
    } catch (QueryException e) {
      result = Optional.empty();
    }
    return new ServerResponse(
        random.anyString(10),
        result,
        statistics.total(),
        List.of(new TailCoverage(random.between(0, 9), new OffsetRange(3, 1L << 40))),
        List.of(random.anyString(20)),
        List.of(
            new ServerError(random.oneOf(List.of(QueryErrorCode.values())), random.anyString(30))),
        random.anyLong(),
        random.chance(0.5) ? Optional.of(explanation(random)) : Optional.empty());
  }

  private static ServerExplanation explanation(SeededRandom random) {
    return new ServerExplanation(
        operator(random, random.between(0, 4)),
        random.between(0, 1_000),
        random.between(0, 1_000),
        random.anyLong() >>> 1,
        OptionalLong.empty());
  }

  private static Operator operator(SeededRandom random, int depth) {
    List<Clause> clauses = new ArrayList<>();
    for (int left = random.between(0, 2); left > 0; left--) {
      clauses.add(
          Clause.of(
              random.anyString(20), Amount.sum(random.anyLong()), Amount.each(random.anyLong())));
    }
    List<Operator> children = new ArrayList<>();
    for (int left = depth == 0 ? 0 : random.between(0, 3); left > 0; left--) {
      children.add(operator(random, depth - 1));
    }
    Measure measure =
        random.chance(0.5)
            ? Measure.ofRows(random.anyLong() >>> 1, random.anyLong() >>> 1)
                .withNanos(random.anyLong() >>> 1)
                .withBytes(random.anyLong() >>> 1)
            : Measure.NONE;
    return new Operator(random.anyString(20), clauses, measure, children);
  }

  private static PartialResult result(
      SeededRandom random, RandomPlan plan, RandomTable table, StatisticsCollector statistics) {
    PartialResult result =
        new QueryExecution()
            .execute(plan.server(), table.segments(), QueryBudget.unlimited(), statistics);
    return result instanceof PartialResult.Groups groups && random.chance(0.5)
        ? GroupFinisher.finish(
            plan.server().work(), FinishPlan.of(plan.output()), groups, QueryBudget.unlimited())
        : result;
  }
}
