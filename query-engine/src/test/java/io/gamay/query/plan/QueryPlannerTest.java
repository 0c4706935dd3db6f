package io.gamay.query.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.offset.GivenOffsets;
import io.gamay.query.plan.QueryOptions.Dialect;
import io.gamay.query.sql.SqlParser;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.TableSchema;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryPlannerTest {

  private static final TableSchema SCHEMA =
      new TableSchema(
          "t",
          7,
          List.of(
              ColumnSpec.dimension("i", DataType.INT),
              ColumnSpec.dimension("l", DataType.LONG),
              ColumnSpec.dimension("f", DataType.FLOAT),
              ColumnSpec.dimension("d", DataType.DOUBLE),
              ColumnSpec.dimension("n", DataType.BIG_DECIMAL),
              ColumnSpec.dimension("b", DataType.BOOLEAN),
              ColumnSpec.dimension("ts", DataType.TIMESTAMP),
              ColumnSpec.dimension("s", DataType.STRING),
              ColumnSpec.dimension("j", DataType.JSON),
              ColumnSpec.dimension("y", DataType.BYTES),
              ColumnSpec.dimension("tags", DataType.STRING).asMultiValue(),
              ColumnSpec.dimension("nums", DataType.INT).asMultiValue(),
              ColumnSpec.dimension("floats", DataType.FLOAT).asMultiValue(),
              ColumnSpec.dimension("City", DataType.STRING),
              ColumnSpec.dimension("Total", DataType.INT),
              ColumnSpec.dimension("total", DataType.INT),
              ColumnSpec.dimension("payload.size", DataType.INT),
              ColumnSpec.dimension("timestamp", DataType.LONG)));

  private static final TableSchema NULLABLE =
      new TableSchema(
          "t",
          1,
          List.of(
              ColumnSpec.dimension("i", DataType.INT).withNullable(true),
              ColumnSpec.dimension("s", DataType.STRING).withNullable(true),
              ColumnSpec.dimension("nums", DataType.INT).asMultiValue().withNullable(true),
              ColumnSpec.dimension("l", DataType.LONG)));

  private static final Instant NOW = Instant.parse("2026-02-03T04:05:06.789Z");

  private static QueryPlan plan(String sql, TableSchema schema, Map<String, String> options) {
    return new QueryPlanner()
        .plan(
            new SqlParser().parse(sql),
            schema,
            options,
            new QueryPlanner.Context(
                InstantSource.fixed(NOW), Dialect.STANDARD, Duration.ofSeconds(10), 100_000));
  }

  private static QueryPlan plan(String sql) {
    return plan(sql, SCHEMA, Map.of());
  }

  private static QueryPlan pinot(String sql) {
    return plan(sql, SCHEMA, Map.of("sqlDialect", "pinot"));
  }

  private static String filter(String condition, TableSchema schema) {
    return plan("SELECT l FROM t WHERE " + condition, schema, Map.of())
        .server()
        .filter()
        .map(PlanPrinter::print)
        .orElse("all");
  }

  private static String selected(QueryPlan plan) {
    return PlanPrinter.print(((ServerWork.Select) plan.server().work()).columns().getFirst());
  }

  @Test
  void randomNumberNeedsNoTable() {
    for (String call : List.of("RAND()", "RAND(7)", "RAND() + 1")) {
      QueryPlan plan = plan("SELECT " + call);
      assertThat(plan.output().columns().getFirst().expression())
          .isEqualTo(plan("SELECT " + call).output().columns().getFirst().expression())
          .isInstanceOf(TypedExpression.Constant.class);
    }
    assertThat(plan("SELECT RAND(7)").output().columns().getFirst().expression())
        .isNotEqualTo(plan("SELECT RAND(8)").output().columns().getFirst().expression());
  }

  @Test
  void randomNumbersAreOfTheRowAndNeverConstant() {
    for (String sql : List.of("SELECT RAND(7) FROM t", "SELECT RAND() FROM t")) {
      ServerWork.Select select = (ServerWork.Select) plan(sql).server().work();
      TypedExpression.Call call = (TypedExpression.Call) select.columns().getFirst();
      assertThat(call.function()).isEqualTo("rand");
      assertThat(call.arguments().getFirst()).isInstanceOf(TypedExpression.Constant.class);
      assertThat(call.arguments().subList(1, 3))
          .containsExactly(
              new TypedExpression.VirtualColumn(TypedExpression.VirtualColumnKind.PARTITION_ID),
              new TypedExpression.VirtualColumn(TypedExpression.VirtualColumnKind.OFFSET));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        // names
        "i = 5 | (i = INT:5)",
        "I = 5 | (i = INT:5)",
        "city = 'x' | (City = STRING:x)",
        "\"CITY\" = 'x' | (City = STRING:x)",
        "total = 1 | (total = INT:1)",
        "Total = 1 | (Total = INT:1)",
        "t.i = 5 | (i = INT:5)",
        "T.I = 5 | (i = INT:5)",
        "payload.size = 5 | (payload.size = INT:5)",
        "t.payload.size = 5 | (payload.size = INT:5)",
        "timestamp > 5 | (timestamp > LONG:5)",
        "$docId = 5 | ($docId = INT:5)",
        "t.$OFFSET > 5 | ($offset > LONG:5)",
        "$segmentName = 'x' | ($segmentName = STRING:x)",
        // constants take the column's type
        "l = 5 | (l = LONG:5)",
        "5 = l | (l = LONG:5)",
        "5 < l | (l > LONG:5)",
        "5 >= l | (l <= LONG:5)",
        "d = 5 | (d = DOUBLE:5.0)",
        "f = 0.1 | (f = FLOAT:0.1)",
        "f > 0.1 | (f > FLOAT:0.1)",
        "d = 0.1 | (d = DOUBLE:0.1)",
        "n = 0.1 | (n = BIG_DECIMAL:0.1)",
        "n = 0.1234567890123456789012 | (n = BIG_DECIMAL:0.1234567890123456789012)",
        "n = 12345678901234567890 | (n = BIG_DECIMAL:12345678901234567890)",
        "n = 1e3 | (n = BIG_DECIMAL:1000)",
        // digits that a DOUBLE does not keep are not lost
        "n = 9007199254740.9931 | (n = BIG_DECIMAL:9007199254740.9931)",
        "l = 9007199254740993.0 | (l = LONG:9007199254740993)",
        "d = 0.30000000000000001 | (d = DOUBLE:0.3)",
        "l = 4.611686018427387904e18 | (l = LONG:4611686018427387904)",
        "l = CAST(4611686018427387904 AS FLOAT) | (l = LONG:4611686018427387904)",
        "l <= -9.223372036854775808e18 | (l <= LONG:-9223372036854775808)",
        "l IN (4.611686018427387904e18) | (l = LONG:4611686018427387904)",
        "l = -9223372036854775808 | (l = LONG:-9223372036854775808)",
        "i = '5' | (i = INT:5)",
        "d = '5.5' | (d = DOUBLE:5.5)",
        "s = 5 | (s = STRING:5)",
        "s = 1.5 | (s = STRING:1.5)",
        "j = '{}' | (j = JSON:{})",
        "s = j | (s = STRING(j))",
        // whole numbers against fractions
        "i > 1.5 | (i > INT:1)",
        "i >= 1.5 | (i > INT:1)",
        "i < 1.5 | (i <= INT:1)",
        "i <= 1.5 | (i <= INT:1)",
        "i < -1.5 | (i <= INT:-2)",
        "i > -1.5 | (i > INT:-2)",
        "i = 1.5 | BOOLEAN:false",
        "i <> 1.5 | all",
        "i = 2.0 | (i = INT:2)",
        "i = 2e0 | (i = INT:2)",
        "1.5 < i | (i > INT:1)",
        // beyond the type's range
        "i < 3000000000 | all",
        "i > 3000000000 | BOOLEAN:false",
        "i <= -3000000000 | BOOLEAN:false",
        "i >= -3000000000 | all",
        "i = 3000000000 | BOOLEAN:false",
        "i <> 3000000000 | all",
        "l < 9223372036854775808 | all",
        "l > 1e30 | BOOLEAN:false",
        "f < 1e300 | (f <= FLOAT:3.4028235E38)",
        "f > 1e300 | (f > FLOAT:3.4028235E38)",
        "f > -1e300 | (f >= FLOAT:-3.4028235E38)",
        "f = 1e300 | BOOLEAN:false",
        // BOOLEAN
        "b | b",
        "NOT b | not(b)",
        "b = TRUE | (b = BOOLEAN:true)",
        "b = 1 | (b = BOOLEAN:true)",
        "b = 'TRUE' | (b = BOOLEAN:true)",
        "b = '0' | (b = BOOLEAN:false)",
        "b <> 0 | (b <> BOOLEAN:false)",
        "b = 2 | BOOLEAN:false",
        "b = (i > 5) | (b = (i > INT:5))",
        "b AND i = 1 | (b and (i = INT:1))",
        // TIMESTAMP
        "ts = '2026-01-31 12:34:56' | (ts = TIMESTAMP:2026-01-31 12:34:56.0)",
        "ts = '2026-01-31 12:34:56.789' | (ts = TIMESTAMP:2026-01-31 12:34:56.789)",
        "ts = '2026-01-31T12:34:56Z' | (ts = TIMESTAMP:2026-01-31 12:34:56.0)",
        "ts = '2026-01-31T12:34:56.5+02:00' | (ts = TIMESTAMP:2026-01-31 10:34:56.5)",
        "ts >= '2026-01-31' | (ts >= TIMESTAMP:2026-01-31 00:00:00.0)",
        "ts > 1000 | (ts > TIMESTAMP:1970-01-01 00:00:01.0)",
        "ts > '1000' | (ts > TIMESTAMP:1970-01-01 00:00:01.0)",
        "ts > TIMESTAMP '2026-01-31 00:00:00' | (ts > TIMESTAMP:2026-01-31 00:00:00.0)",
        "ts > NOW() | (ts > TIMESTAMP:2026-02-03 04:05:06.789)",
        "l > NOW() - 1000 | (l > LONG:1770091505789)",
        "ts = l | (LONG(ts) = l)",
        "l > TIMESTAMP '1970-01-01 00:00:01' | (l > LONG:1000)",
        // BYTES
        "y = '0aFF' | (y = BYTES:0aff)",
        "y = X'0aff' | (y = BYTES:0aff)",
        // columns against columns
        "i = l | (LONG(i) = l)",
        "i < d | (DOUBLE(i) < d)",
        "f = d | (DOUBLE(f) = d)",
        "l = f | (DOUBLE(l) = DOUBLE(f))",
        "n = i | (n = BIG_DECIMAL(i))",
        "b = i | (INT(b) = i)",
        // folding
        "1 = 1 | all",
        "1 > 2 | BOOLEAN:false",
        "2 > 1.5 | all",
        "'10' > 9 | all",
        "9 < '10' | all",
        "'10' BETWEEN 9 AND 11 | all",
        "'10' > '9' | BOOLEAN:false",
        "'1970-01-02' = TIMESTAMP '1970-01-02 00:00:00' | all",
        "TRUE | all",
        "FALSE | BOOLEAN:false",
        "NULL | BOOLEAN:false",
        "i = NULL | BOOLEAN:false",
        "NOT (i = NULL) | BOOLEAN:false",
        "i = 1 + 2 * 3 | (i = INT:7)",
        "l < 10 / 4 | (l < LONG:2)",
        "i = 1 AND TRUE | (i = INT:1)",
        "i = 1 AND 1 = 2 | BOOLEAN:false",
        "i = 1 OR 1 = 1 | all",
        "i = 1 OR NULL | (i = INT:1)",
        "i = 1 AND (l = 2 AND s = 'x') | ((i = INT:1) and (l = LONG:2) and (s = STRING:x))",
        "NOT NOT b | b",
        "CASE WHEN 1 = 2 THEN b WHEN TRUE THEN i = 1 ELSE FALSE END | (i = INT:1)",
        "CAST('5' AS INT) = i | (i = INT:5)",
        // IN, BETWEEN, LIKE, IS NULL
        "i IN (1, 2, 2) | (i in [1, 2])",
        "i IN (1) | (i = INT:1)",
        "i NOT IN (1) | (i <> INT:1)",
        "i NOT IN (1, 2) | (i not in [1, 2])",
        "i IN (1.5, 3000000000, 2, 3) | (i in [2, 3])",
        "i IN (1.5) | BOOLEAN:false",
        "i NOT IN (1.5) | all",
        "i IN (1, 2, NULL) | (i in [1, 2]+null)",
        "i IN (1, l) | ((i = INT:1) or (LONG(i) = l))",
        "i NOT IN (1, l) | not(((i = INT:1) or (LONG(i) = l)))",
        "ts IN ('1970-01-01', 1000) " + "| (ts in [1970-01-01 00:00:00.0, 1970-01-01 00:00:01.0])",
        "f IN (0.1, 0.2) | (f in [0.1, 0.2])",
        "i BETWEEN 1.5 AND 3.5 | ((i > INT:1) and (i <= INT:3))",
        "i NOT BETWEEN 1 AND 3 | not(((i >= INT:1) and (i <= INT:3)))",
        "i BETWEEN 1 AND 1e20 | (i >= INT:1)",
        "s LIKE 'a%' | (s like 'a%')",
        "s NOT LIKE 'a!_' ESCAPE '!' | (s not like 'a!_' escape !)",
        "i IS NULL | BOOLEAN:false",
        "i IS NOT NULL | all",
        // tests of truth, NULL as a value
        "b IS TRUE | b",
        "b IS NOT TRUE | not(b)",
        "b IS FALSE | not(b)",
        "b IS UNKNOWN | BOOLEAN:false",
        "(i = 1) IS NOT UNKNOWN | all",
        "NULL IS UNKNOWN | all",
        "i IS DISTINCT FROM 1 | not((i = INT:1))",
        "i IS NOT DISTINCT FROM 1 | (i = INT:1)",
        "i IS NOT DISTINCT FROM 1.5 | BOOLEAN:false",
        "i IS DISTINCT FROM NULL | all",
        "NULL IS NOT DISTINCT FROM NULL | all",
        "1 IS NOT DISTINCT FROM 1 | all",
        // multi-value
        "tags = 'x' | (tags = STRING:x)",
        "'x' <> tags | (tags <> STRING:x)",
        "nums > 1.5 | (nums > INT:1)",
        "nums = l | (LONG(nums) = l)",
        "l < nums | (LONG(nums) > l)",
        "tags IN ('x', 'y') | (tags in [x, y])",
        "tags NOT IN ('x', 'y') | (tags not in [x, y])",
        "nums BETWEEN 1 AND 3 | (any nums between INT:1 and INT:3)",
        "nums NOT BETWEEN 1 AND 3 | (any nums not between INT:1 and INT:3)",
        "nums BETWEEN 1.5 AND 3 | (any DOUBLE(nums) between DOUBLE:1.5 and DOUBLE:3.0)",
        "floats BETWEEN 0.1 AND 0.2 | (any floats between FLOAT:0.1 and FLOAT:0.2)",
        "tags LIKE 'x%' | (tags like 'x%')",
        "CAST(nums AS STRING) = '1' | (STRING(nums) = STRING:1)",
      })
  void conditionsAreTypedExactly(String condition, String planned) {
    assertThat(filter(condition, SCHEMA)).isEqualTo(planned);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "i > 1.5 | (i? > INT:1)",
        "i IS NULL | (i? is null)",
        "i IS NOT NULL AND l IS NOT NULL | (i? is not null)",
        "i < 3000000000 | (i? is not null)",
        "i > 3000000000 | BOOLEAN:false",
        "NOT i > 3000000000 | not(((i? is null) and BOOLEAN:null))",
        "i <> 1.5 | (i? is not null)",
        "i NOT IN (1, NULL) | (i? not in [1]+null)",
        "i IN (NULL) | BOOLEAN:false",
        "NOT (i = 1 OR NULL) | not(((i? = INT:1) or BOOLEAN:null))",
        "(i = 1) IS TRUE | ((i? = INT:1) and ((i? = INT:1) is not null))",
        "(i = 1) IS NOT FALSE | not((not((i? = INT:1)) and ((i? = INT:1) is not null)))",
        "(i = 1) IS UNKNOWN | ((i? = INT:1) is null)",
        "i IS NOT DISTINCT FROM 1 | ((i? = INT:1) and ((i? = INT:1) is not null))",
        "i IS NOT DISTINCT FROM NULL | (i? is null)",
        "i IS DISTINCT FROM NULL | not((i? is null))",
      })
  void nullableColumnsKeepThreeValuedLogic(String condition, String planned) {
    assertThat(filter(condition, NULLABLE)).isEqualTo(planned);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "i + 1 | (LONG(i) + LONG:1):LONG | (DOUBLE(i) + DOUBLE:1.0):DOUBLE",
        "i / 2 | (LONG(i) / LONG:2):LONG | (DOUBLE(i) / DOUBLE:2.0):DOUBLE",
        "l % 2 | (l % LONG:2):LONG | (DOUBLE(l) % DOUBLE:2.0):DOUBLE",
        "1 / 2 | LONG:0 | DOUBLE:0.5",
        "7 % 4 | LONG:3 | DOUBLE:3.0",
        "1 / 0 | (LONG:1 / LONG:0):LONG | DOUBLE:Infinity",
        "9223372036854775807 + 1 | (LONG:9223372036854775807 + LONG:1):LONG "
            + "| DOUBLE:9.223372036854776E18",
        "f * 2 | (DOUBLE(f) * DOUBLE:2.0):DOUBLE | (DOUBLE(f) * DOUBLE:2.0):DOUBLE",
        "d + i | (d + DOUBLE(i)):DOUBLE | (d + DOUBLE(i)):DOUBLE",
        "d * 3.1415926535897932384 | (d * DOUBLE:3.141592653589793):DOUBLE"
            + " | (d * DOUBLE:3.141592653589793):DOUBLE",
        "n + 1 | (n + BIG_DECIMAL:1):BIG_DECIMAL | (n + BIG_DECIMAL:1):BIG_DECIMAL",
        "-i | (LONG:-1 * LONG(i)):LONG | (DOUBLE:-1.0 * DOUBLE(i)):DOUBLE",
        "-9223372036854775808 | LONG:-9223372036854775808 | LONG:-9223372036854775808",
        "ts - 1000 | (LONG(ts) - LONG:1000):LONG | (DOUBLE(ts) - DOUBLE:1000.0):DOUBLE",
        "add(i, 1) | (LONG(i) + LONG:1):LONG | (DOUBLE(i) + DOUBLE:1.0):DOUBLE",
        "MOD(i, 2) | (LONG(i) % LONG:2):LONG | (DOUBLE(i) % DOUBLE:2.0):DOUBLE",
        "i + NULL | LONG:null | DOUBLE:null",
        "5 | INT:5 | INT:5",
        "3000000000 | LONG:3000000000 | LONG:3000000000",
        "1.5 | DOUBLE:1.5 | DOUBLE:1.5",
        "NULL | STRING:null | STRING:null",
        "NOW() | LONG:1770091506789 | LONG:1770091506789",
        "now() + now() | LONG:3540183013578 | DOUBLE:3.540183013578E12",
        "i = 1 | (i = INT:1) | (i = INT:1)",
        "s LIKE 'x' | (s like 'x') | (s ilike 'x' escape \\)",
        "CASE WHEN b THEN i ELSE l END "
            + "| case when b then LONG(i) else l end:LONG "
            + "| case when b then LONG(i) else l end:LONG",
        "CASE i WHEN 1 THEN 1 WHEN 2 THEN 2.5 END "
            + "| case when (i = INT:1) then DOUBLE:1.0 when (i = INT:2) then DOUBLE:2.5 end:DOUBLE "
            + "| case when (i = INT:1) then DOUBLE:1.0 when (i = INT:2) then DOUBLE:2.5 end:DOUBLE",
        "CASE WHEN b THEN NULL ELSE 'x' END "
            + "| case when b then STRING:null else STRING:x end:STRING "
            + "| case when b then STRING:null else STRING:x end:STRING",
        "CAST(i AS DOUBLE) | DOUBLE(i) | DOUBLE(i)",
        "CAST(i AS INT) | i | i",
        "CAST('x' AS INT) | INT(STRING:x) | INT(STRING:x)",
        "CAST(1.9 AS INT) | INT:1 | INT:1",
        "CAST(-1.9 AS LONG) | LONG:-1 | LONG:-1",
        "CAST(nums AS DOUBLE) | DOUBLE(nums) | DOUBLE(nums)",
        "tags | tags | tags",
      })
  void expressionsAreTypedByDialect(String expression, String standard, String pinot) {
    String sql = "SELECT " + expression + " FROM t";
    assertThat(selected(plan(sql))).isEqualTo(standard);
    assertThat(selected(pinot(sql))).isEqualTo(pinot);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "COUNT(*) | COUNT(*):LONG | COUNT(*):LONG!",
        "COUNT(i) | COUNT(*):LONG | COUNT(*):LONG!",
        "COUNT(1) | COUNT(*):LONG | COUNT(*):LONG!",
        "COUNT(tags) | COUNT(*):LONG | COUNT(*):LONG!",
        "COUNTMV(tags) | COUNT(tags):LONG | COUNT(tags):LONG!",
        "COUNT(NULL) | COUNT(*) filter BOOLEAN:false:LONG | COUNT(*) filter BOOLEAN:false:LONG!",
        "COUNT(DISTINCT s) | COUNT_DISTINCT(s):LONG | COUNT_DISTINCT(s):INT!",
        "DISTINCT_COUNT(s) | COUNT_DISTINCT(s):LONG | COUNT_DISTINCT(s):INT!",
        "distinctcountmv(tags) | COUNT_DISTINCT(tags):LONG | COUNT_DISTINCT(tags):INT!",
        "COUNT(DISTINCT tags) | COUNT_DISTINCT(tags):LONG | COUNT_DISTINCT(tags):INT!",
        "SUM(i) | SUM(i):LONG? | SUM(i):DOUBLE!",
        "SUM(l) | SUM(l):LONG? | SUM(l):DOUBLE!",
        "SUM(f) | SUM(f):DOUBLE? | SUM(f):DOUBLE!",
        "SUM(n) | SUM(n):BIG_DECIMAL? | SUM(n):DOUBLE!",
        "SUM(b) | SUM(INT(b)):LONG? | SUM(INT(b)):DOUBLE!",
        "SUM(nums) | SUM(nums):LONG? | SUM(nums):DOUBLE!",
        "summv(nums) | SUM(nums):LONG? | SUM(nums):DOUBLE!",
        "SUM(i * 2) | SUM((LONG(i) * LONG:2):LONG):LONG? "
            + "| SUM((DOUBLE(i) * DOUBLE:2.0):DOUBLE):DOUBLE!",
        "AVG(i) | AVG(i):DOUBLE? | AVG(i):DOUBLE!",
        "AVG(n) | AVG(n):BIG_DECIMAL? | AVG(n):DOUBLE!",
        "MIN(i) | MIN(i):INT? | MIN(i):DOUBLE!",
        "MAX(ts) | MAX(ts):TIMESTAMP? | MAX(LONG(ts)):DOUBLE!",
        "MAX(DISTINCT l) | MAX(l):LONG? | MAX(l):DOUBLE!",
        "MIN(nums) | MIN(nums):INT? | MIN(nums):DOUBLE!",
        "SUM(i) FILTER (WHERE l > 1.5) "
            + "| SUM(i) filter (l > LONG:1):LONG? | SUM(i) filter (l > LONG:1):DOUBLE!",
        "COUNT(*) FILTER (WHERE TRUE) | COUNT(*):LONG | COUNT(*):LONG!",
      })
  void aggregationsAreTypedByDialect(String call, String standard, String pinot) {
    String sql = "SELECT " + call + " FROM t";
    assertThat(PlanPrinter.print(plan(sql).server().work()))
        .isEqualTo("aggregate [" + standard + "]");
    assertThat(PlanPrinter.print(pinot(sql).server().work()))
        .isEqualTo("aggregate [" + pinot + "]");
  }

  @Test
  void countOfNullableColumnsCountsValues() {
    assertThat(
            PlanPrinter.print(
                plan("SELECT COUNT(i), COUNT(nums), COUNT(l) FROM t", NULLABLE, Map.of())
                    .server()
                    .work()))
        .isEqualTo(
            "aggregate [COUNT(i?):LONG, COUNT(*) filter (nums? is not null):LONG, COUNT(*):LONG]");
  }

  @Test
  void textOrdersInTheStandardDialectOnly() {
    assertThat(PlanPrinter.print(plan("SELECT MIN(s) FROM t").server().work()))
        .isEqualTo("aggregate [MIN(s):STRING?]");
    assertThatThrownBy(() -> pinot("SELECT MIN(s) FROM t")).hasMessageContaining("needs numbers");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        // selections
        "SELECT i FROM t | select [i] rows 100001 -> [i=key0:INT]",
        "SELECT i, i + 1 x FROM t LIMIT 5 OFFSET 7 "
            + "| select [i, (LONG(i) + LONG:1):LONG] rows 12 -> [i=key0:INT, x=key1:LONG]",
        "SELECT tags FROM t LIMIT 1 | select [tags] rows 1 -> [tags=key0:STRING_ARRAY]",
        "SELECT i FROM t ORDER BY s DESC, l LIMIT 3 "
            + "| select [i, s, l] order [s desc nulls first, l] rows 3 -> [i=key0:INT] "
            + "order [key1:STRING desc nulls first, key2:LONG]",
        "SELECT i, l AS x FROM t ORDER BY 2, X DESC NULLS LAST, i + 1 LIMIT 3 "
            + "| select [i, l, (LONG(i) + LONG:1):LONG] "
            + "order [l, l desc, (LONG(i) + LONG:1):LONG] rows 3 -> [i=key0:INT, x=key1:LONG] "
            + "order [key1:LONG, key1:LONG desc, key2:LONG]",
        "SELECT l AS i FROM t ORDER BY i LIMIT 1 "
            + "| select [l] order [l] rows 1 -> [i=key0:LONG] order [key0:LONG]",
        "SELECT i AS x FROM t WHERE x > 1 LIMIT 1 "
            + "| where (i > INT:1) select [i] rows 1 -> [x=key0:INT]",
        "SELECT l AS i FROM t WHERE i > 1 LIMIT 1 "
            + "| where (i > INT:1) select [l] rows 1 -> [i=key0:LONG]",
        "SELECT i FROM t ORDER BY 'x' LIMIT 1 | select [i] rows 1 -> [i=key0:INT]",
        "SELECT i FROM t LIMIT 0 | select [i] rows 0 -> [i=key0:INT]",
        "SELECT i FROM t LIMIT 9223372036854775807 OFFSET 5 "
            + "| select [i] rows 9223372036854775807 -> [i=key0:INT]",
        // DISTINCT
        "SELECT DISTINCT i, s FROM t | group [i, s] aggregate [] -> [i=key0:INT, s=key1:STRING]",
        "SELECT DISTINCT i, i FROM t | group [i] aggregate [] -> [i=key0:INT, i=key0:INT]",
        "SELECT DISTINCT i + 1 x FROM t ORDER BY x DESC, i + 1 "
            + "| group [(LONG(i) + LONG:1):LONG] aggregate [] -> [x=key0:LONG] "
            + "order [key0:LONG desc nulls first, key0:LONG]",
        "SELECT DISTINCT tags FROM t | group [tags] aggregate [] -> [tags=key0:STRING]",
        "SELECT DISTINCT COUNT(*) FROM t | aggregate [COUNT(*):LONG] -> [count(*)=agg0:LONG]",
        // groups
        "SELECT s, COUNT(*) FROM t GROUP BY s "
            + "| group [s] aggregate [COUNT(*):LONG] -> [s=key0:STRING, count(*)=agg0:LONG]",
        "SELECT COUNT(*), s FROM t GROUP BY 2 "
            + "| group [s] aggregate [COUNT(*):LONG] -> [count(*)=agg0:LONG, s=key0:STRING]",
        "SELECT s FROM t GROUP BY s, i | group [s, i] aggregate [] -> [s=key0:STRING]",
        "SELECT S, t.s FROM t GROUP BY s, s "
            + "| group [s] aggregate [] -> [s=key0:STRING, s=key0:STRING]",
        "SELECT (i + 1) * 2 FROM t GROUP BY i + 1 "
            + "| group [(LONG(i) + LONG:1):LONG] aggregate [] "
            + "-> [times(plus(i,'1'),'2')=(key0:LONG * LONG:2):LONG]",
        "SELECT i + 1 AS x, SUM(l) FROM t GROUP BY x HAVING x > 2 AND SUM(l) > 5 ORDER BY x, 2 DESC"
            + " | group [(LONG(i) + LONG:1):LONG] aggregate [SUM(l):LONG?] -> [x=key0:LONG,"
            + " sum(l)=agg0:LONG?] having ((key0:LONG > LONG:2) and (agg0:LONG? > LONG:5)) order"
            + " [key0:LONG, agg0:LONG? desc nulls first]",
        "SELECT s FROM t GROUP BY s ORDER BY COUNT(*) DESC "
            + "| group [s] aggregate [COUNT(*):LONG] -> [s=key0:STRING] "
            + "order [agg0:LONG desc nulls first]",
        "SELECT s, SUM(i) / COUNT(*) r FROM t GROUP BY s ORDER BY r, SUM(i) "
            + "| group [s] aggregate [SUM(i):LONG?, COUNT(*):LONG] "
            + "-> [s=key0:STRING, r=(agg0:LONG? / agg1:LONG):LONG] "
            + "order [(agg0:LONG? / agg1:LONG):LONG, agg0:LONG?]",
        "SELECT SUM(i), SUM(I) + 1, sum(t.i) FROM t "
            + "| aggregate [SUM(i):LONG?] "
            + "-> [sum(i)=agg0:LONG?, plus(sum(i),'1')=(agg0:LONG? + LONG:1):LONG, "
            + "sum(i)=agg0:LONG?]",
        "SELECT tags, COUNT(*) FROM t WHERE tags = 'x' GROUP BY tags "
            + "| where (tags = STRING:x) group [tags] aggregate [COUNT(*):LONG] "
            + "-> [tags=key0:STRING, count(*)=agg0:LONG]",
        "SELECT tags = 'x' FROM t GROUP BY tags "
            + "| group [tags] aggregate [] -> [equals(tags,'x')=(key0:STRING = STRING:x)]",
        "SELECT s, GROUPING(s), COUNT(*) FROM t GROUP BY ROLLUP(s) | group [s, INT:0] aggregate"
            + " [COUNT(*):LONG] sets [[0], []] -> [s=key0:STRING?, grouping(s)=case when (key1:INT"
            + " in [0]) then LONG:0 else LONG:1 end:LONG, count(*)=agg0:LONG]",
        "SELECT GROUPING_ID(s, i) g FROM t GROUP BY CUBE(s, i) HAVING g > 0 ORDER BY g "
            + "| group [s, i, INT:0] aggregate [] sets [[0, 1], [0], [1], []] "
            + "-> [g=case when (key2:INT in [0]) then LONG:0 when (key2:INT in [1]) then LONG:1 "
            + "when (key2:INT in [2]) then LONG:2 else LONG:3 end:LONG] "
            + "having (case when (key2:INT in [0]) then LONG:0 when (key2:INT in [1]) then LONG:1 "
            + "when (key2:INT in [2]) then LONG:2 else LONG:3 end:LONG > LONG:0) "
            + "order [case when (key2:INT in [0]) then LONG:0 when (key2:INT in [1]) then LONG:1 "
            + "when (key2:INT in [2]) then LONG:2 else LONG:3 end:LONG]",
        "SELECT GROUPING(s) FROM t GROUP BY s | group [s] aggregate [] -> [grouping(s)=LONG:0]",
        "SELECT s FROM t GROUP BY GROUPING SETS ((s)) | group [s] aggregate [] -> [s=key0:STRING]",
        "SELECT COUNT(*) FROM t GROUP BY () | aggregate [COUNT(*):LONG] -> [count(*)=agg0:LONG]",
        "SELECT s x, COUNT(*) FROM t GROUP BY ROLLUP(1, i) "
            + "| group [s, i, INT:0] aggregate [COUNT(*):LONG] sets [[0, 1], [0], []] "
            + "-> [x=key0:STRING?, count(*)=agg0:LONG]",
        "SELECT DISTINCT s, COUNT(*) FROM t GROUP BY s "
            + "| group [s] aggregate [COUNT(*):LONG] -> [s=key0:STRING, count(*)=agg0:LONG]",
        "SELECT DISTINCT COUNT(*) c FROM t GROUP BY s ORDER BY c "
            + "| group [s] aggregate [COUNT(*):LONG] -> distinct [c=agg0:LONG] order [agg0:LONG]",
        "SELECT 1, COUNT(*) FROM t | aggregate [COUNT(*):LONG] -> ['1'=INT:1, count(*)=agg0:LONG]",
        "SELECT 1 x FROM t HAVING COUNT(*) > 5 "
            + "| aggregate [COUNT(*):LONG] -> [x=INT:1] having (agg0:LONG > LONG:5)",
        "SELECT SUM(i) AS i FROM t HAVING i > 5 "
            + "| aggregate [SUM(i):LONG?] -> [i=agg0:LONG?] having (agg0:LONG? > LONG:5)",
        "SELECT CASE WHEN SUM(i) > 5 THEN s ELSE 'x' END y FROM t GROUP BY s "
            + "| group [s] aggregate [SUM(i):LONG?] "
            + "-> [y=case when (agg0:LONG? > LONG:5) then key0:STRING else STRING:x end:STRING]",
        "SELECT COUNT(*) FROM t GROUP BY CASE WHEN b THEN 1 ELSE 2 END "
            + "| group [case when b then INT:1 else INT:2 end:INT] aggregate [COUNT(*):LONG] "
            + "-> [count(*)=agg0:LONG]",
      })
  void clausesArePlanned(String sql, String planned) {
    assertThat(PlanPrinter.print(plan(sql))).isEqualTo(planned);
  }

  @Test
  void anAliasThatHidesAColumnGroupsByTheColumnOrInThePinotDialectByTheAlias() {
    String sql = "SELECT l / 10 AS l, COUNT(*) FROM t GROUP BY l";

    assertThat(PlanPrinter.print(plan(sql)))
        .isEqualTo(
            "group [l] aggregate [COUNT(*):LONG] -> [l=(key0:LONG / LONG:10):LONG,"
                + " count(*)=agg0:LONG]");
    assertThat(PlanPrinter.print(pinot(sql)))
        .isEqualTo(
            "group [(DOUBLE(l) / DOUBLE:10.0):DOUBLE] aggregate [COUNT(*):LONG!] "
                + "-> [l=key0:DOUBLE, count(*)=agg0:LONG]");
  }

  @Test
  void starIsThePhysicalColumnsInAlphabeticalOrder() {
    QueryPlan plan = plan("SELECT *, $offset, i AS again FROM t");

    var names = new ArrayList<String>();
    plan.output().columns().forEach(column -> names.add(column.name()));
    assertThat(names)
        .containsExactly(
            "City",
            "Total",
            "b",
            "d",
            "f",
            "floats",
            "i",
            "j",
            "l",
            "n",
            "nums",
            "payload.size",
            "s",
            "tags",
            "timestamp",
            "total",
            "ts",
            "y",
            "$offset",
            "again");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "COUNT(*) | count(*)",
        "count(I) | count(*)",
        "SUM(I) | sum(i)",
        "COUNT(DISTINCT s) | distinctcount(s)",
        "DISTINCT_COUNT(s) | distinctcount(s)",
        "COUNT(DISTINCT t.CITY) | distinctcount(City)",
        "SUM(mod(i, 10)) | sum(mod(i,'10'))",
        "MAX(i + l) | max(plus(i,l))",
        "MAX(add(i, 1.5)) | max(add(i,'1.5'))",
        "MAX(i - 1 * 2 / 3 % 4) | max(minus(i,mod(divide(times('1','2'),'3'),'4')))",
        "MAX(CAST(i AS LONG)) | max(cast(i,'BIGINT'))",
        "COUNT(*) FILTER (WHERE i > 5 AND s = 'x') | count(*) FILTER(WHERE (i > '5' AND s = 'x'))",
        "MAX(i) AS Best | Best",
      })
  void unaliasedColumnsAreNamedAsPinotDoes(String expression, String name) {
    String sql = "SELECT " + expression + " FROM t";
    assertThat(plan(sql).output().columns().getFirst().name()).isEqualTo(name);
    assertThat(
            plan(sql, SCHEMA, Map.of("sqlDialect", "PINOT")).output().columns().getFirst().name())
        .isEqualTo(name);
  }

  @Test
  void countOfAColumnIsNamedByItWithNullHandling() {
    String sql = "SELECT COUNT(i) FROM t";

    assertThat(plan(sql, SCHEMA, Map.of("enableNullHandling", "true")).output().columns())
        .first()
        .extracting(OutputPlan.OutputColumn::name)
        .isEqualTo("count(i)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "SELECT cty FROM t | UNKNOWN_COLUMN | unknown column cty in table t, did you mean City?",
        "SELECT zzzzzz FROM t | UNKNOWN_COLUMN | unknown column zzzzzz in table t",
        "SELECT TOTAL FROM t | UNKNOWN_COLUMN | column TOTAL could be any of [Total, total]",
        "SELECT u.i FROM t | UNKNOWN_COLUMN | unknown column u.i in table t",
        "SELECT i FROM t WHERE x = 1 | UNKNOWN_COLUMN | unknown column x",
        "SELECT i FROM t WHERE City = \"London\" | UNKNOWN_COLUMN | a text is written in single"
            + " quotes",
        "SELECT COUNT(*) FROM t GROUP BY x | UNKNOWN_COLUMN | unknown column x",
        "SELECT i, COUNT(*) FROM t | QUERY_VALIDATION | column i is neither in GROUP BY nor in an"
            + " aggregation",
        "SELECT i, COUNT(*) FROM t GROUP BY s | QUERY_VALIDATION | column i is neither",
        "SELECT s FROM t GROUP BY s HAVING i > 1 | QUERY_VALIDATION | column i is neither",
        "SELECT s FROM t GROUP BY s ORDER BY i | QUERY_VALIDATION | column i is neither",
        "SELECT i + 2 FROM t GROUP BY i + 1 | QUERY_VALIDATION | column i is neither",
        "SELECT *, COUNT(*) FROM t | QUERY_VALIDATION | SELECT * cannot be grouped",
        "SELECT i FROM t WHERE SUM(l) > 5 | QUERY_VALIDATION | aggregation sum(l) cannot stand in"
            + " WHERE",
        "SELECT SUM(l) x FROM t WHERE x > 5 | QUERY_VALIDATION | aggregation sum(l) cannot stand in"
            + " WHERE",
        "SELECT SUM(MAX(l)) FROM t | QUERY_VALIDATION | aggregation max(l) cannot stand in an"
            + " aggregation",
        "SELECT COUNT(*) FILTER (WHERE SUM(l) > 1) FROM t | QUERY_VALIDATION | aggregation sum(l)"
            + " cannot stand in an aggregation",
        "SELECT 1 FROM t GROUP BY SUM(l) | QUERY_VALIDATION | aggregation sum(l) cannot stand in"
            + " GROUP BY",
        "SELECT SUM(l) x FROM t GROUP BY x | QUERY_VALIDATION | aggregation sum(l) cannot stand in"
            + " GROUP BY",
        "SELECT s FROM t GROUP BY 2 | QUERY_VALIDATION | GROUP BY position 2 is not in the select"
            + " list of 1",
        "SELECT s FROM t ORDER BY 0 | QUERY_VALIDATION | ORDER BY position 0 is not in the select"
            + " list of 1",
        "SELECT * FROM t ORDER BY 1 | QUERY_VALIDATION | ORDER BY position 1 with SELECT *",
        "SELECT DISTINCT s FROM t ORDER BY i | QUERY_VALIDATION | with SELECT DISTINCT, ORDER BY"
            + " takes selected columns only, not i",
        "SELECT DISTINCT COUNT(*) FROM t GROUP BY s ORDER BY s | QUERY_VALIDATION | with SELECT"
            + " DISTINCT, ORDER BY takes selected columns only",
        "SELECT GROUPING(i) FROM t GROUP BY s | QUERY_VALIDATION | GROUPING takes keys of GROUP BY,"
            + " i is none",
        "SELECT GROUPING() FROM t GROUP BY s | QUERY_VALIDATION | GROUPING takes 1 to 62 keys",
        "SELECT s FROM t WHERE GROUPING(s) = 0 GROUP BY s | QUERY_VALIDATION | GROUPING stands"
            + " beside GROUP BY in SELECT, HAVING and ORDER BY only, not in WHERE",
        "SELECT i FROM t GROUP BY ROLLUP(s) | QUERY_VALIDATION | column i is neither",
        "SELECT i FROM t WHERE i IS TRUE | QUERY_VALIDATION | i is INT, expected a condition",
        "SELECT i FROM t WHERE tags IS DISTINCT FROM 'x' | QUERY_VALIDATION | multi-value tags"
            + " cannot stand here",
        "SELECT i FROM t WHERE i IS DISTINCT FROM 'x' | QUERY_VALIDATION | cannot compare INT with"
            + " STRING 'x' (i is INT)",
        "SELECT i FROM t ORDER BY tags | QUERY_VALIDATION | cannot order by multi-value tags",
        "SELECT ROUND(d) FROM t | QUERY_VALIDATION | ROUND takes 2 arguments, found 1: it is called as"
            + " ROUND(x long, step long); for decimal places write ROUND_DECIMAL(x, digits)",
        "SELECT ROUND(d, 2) FROM t | QUERY_VALIDATION | ROUND cannot take (DOUBLE, INT): it is called"
            + " as ROUND(x long, step long); for decimal places write ROUND_DECIMAL(x, digits)",
        "SELECT DATE_TRUNC('DAY', ts, 'Asia/Tokyo') FROM t | QUERY_VALIDATION | a time zone is the"
            + " fourth argument",
        "SELECT DATE_TRUNC('DAY', ts, 'FORTNIGHT') FROM t | QUERY_VALIDATION | unknown unit of time",
        "SELECT DATEADD('DAYS', '1', ts) FROM t | QUERY_VALIDATION | DATEADD cannot take (STRING,"
            + " STRING, TIMESTAMP): it is called as DATEADD('unit', count long, time) or",
        "SELECT DATE_TRUNC(ts, 'DAY') FROM t | QUERY_VALIDATION | ; what is in quotes must be the same"
            + " for all rows",
        "SELECT DATEDIFF(ts, 1) FROM t | QUERY_VALIDATION | DATEDIFF takes 3 arguments, found 2: it"
            + " is called as DATEDIFF('unit', from time, to time)",
        "SELECT CURRENT_TIMESTAMP | UNKNOWN_COLUMN | unknown column CURRENT_TIMESTAMP: the query has"
            + " no FROM: write NOW()",
        "SELECT current_date FROM t | UNKNOWN_COLUMN | unknown column current_date in table t: write"
            + " NOW()",
        "SELECT CURRENT_DATE() FROM t | QUERY_VALIDATION | unknown function CURRENT_DATE: write NOW()",
        "SELECT ISNULL(n, 1) FROM t | QUERY_VALIDATION | ISNULL takes 1 arguments, found 2: write"
            + " COALESCE(a, b)",
        "SELECT IFNULL(n, 1) FROM t | QUERY_VALIDATION | unknown function IFNULL: write COALESCE(a, b)",
        "SELECT LAG(i) FROM t | QUERY_VALIDATION | unknown function LAG: window functions are not"
            + " supported yet",
        "SELECT ROW_NUMBER() FROM t | QUERY_VALIDATION | unknown function ROW_NUMBER: window",
        "SELECT i FROM t WHERE i = ANY(nums) | QUERY_VALIDATION | unknown function ANY: write a = x"
            + " with the multi-value column x itself",
        "SELECT foo(i) FROM t | QUERY_VALIDATION | unknown function foo",
        "SELECT coutn(i) FROM t | QUERY_VALIDATION | unknown function coutn, did you mean count?",
        "SELECT LOOKUP('d', 'c', 'k', s) FROM t | QUERY_VALIDATION | not supported yet: function"
            + " LOOKUP",
        "SELECT i FROM t WHERE TEXT_MATCH(s, 'x') | QUERY_VALIDATION | not supported yet: function"
            + " TEXT_MATCH: it needs a text index: use LIKE, CONTAINS or REGEXP_LIKE",
        "SELECT i FROM t WHERE text_contains(s, 'x') | QUERY_VALIDATION | it needs a text index",
        "SELECT i FROM t WHERE VECTOR_SIMILARITY(d, ARRAY[1.0], 5) | QUERY_VALIDATION | it needs a"
            + " vector index: use ORDER BY COSINE_DISTANCE(column, ARRAY[...]) LIMIT k",
        "SELECT i FROM t WHERE IN_SUBQUERY(i, 'SELECT ID_SET(i) FROM u') = 1 | QUERY_VALIDATION |"
            + " it needs a query within a query",
        "SELECT GROOVY('{\"returnType\":\"INT\"}', 'arg0 + 1', i) FROM t | QUERY_VALIDATION | it"
            + " runs code that is not SQL",
        "SELECT GAPFILL(ts, '1:MILLISECONDS:EPOCH') FROM t | QUERY_VALIDATION | group by DATETRUNC"
            + " and fill the gaps",
        "SELECT FUNNEL_STEP_DURATION_STATS(l, 10, 2, i = 1, i = 2) FROM t | QUERY_VALIDATION |"
            + " FUNNEL_STEP_DURATION_STATS takes 'durationFunctions=avg, ...'",
        "SELECT FUNNEL_STEP_DURATION_STATS(l, 10, 2, i = 1, i = 2, 'STRICT_ORDER') FROM t |"
            + " QUERY_VALIDATION | FUNNEL_STEP_DURATION_STATS takes 'durationFunctions=avg, ...'",
        "SELECT FUNNEL_STEP_DURATION_STATS(l, 10, 2, i = 1, i = 2, 'durationFunctions=sum') FROM t |"
            + " QUERY_VALIDATION | durations have the functions AVG, MEDIAN, MIN, MAX, COUNT and"
            + " PERCENTILE0 to PERCENTILE100, not 'sum'",
        "SELECT FUNNEL_STEP_DURATION_STATS(l, 10, 1, i = 1, 'durationFunctions=percentile101') FROM"
            + " t | QUERY_VALIDATION | not 'percentile101'",
        "SELECT FUNNEL_MAX_STEP(l, 10, 1, i = 1, 'durationFunctions=avg') FROM t | QUERY_VALIDATION"
            + " | FUNNEL_MAX_STEP tells no durations",
        "SELECT FUNNEL_MAX_STEP(l, 10, 1, i = 1, 'maxStepDuration=5') FROM t | QUERY_VALIDATION |"
            + " FUNNEL_MAX_STEP knows no setting 'maxStepDuration=5', expected MODE",
        "SELECT FUNNEL_MAX_STEP(l, 10, 1, i = 1, 'mode=strict_order,keep_some') FROM t |"
            + " QUERY_VALIDATION | funnels have the modes",
        "SELECT s AT TIME ZONE 'UTC' FROM t | QUERY_VALIDATION | at_time_zone cannot take (STRING,"
            + " STRING): it is called as time AT TIME ZONE 'zone' or AT_TIME_ZONE(time, 'zone')",
        "SELECT ts AT TIME ZONE 'Mars' FROM t | QUERY_VALIDATION | AT_TIME_ZONE: unknown time zone:"
            + " 'Mars'",
        "SELECT JSON_EXTRACT_INDEX(s, '$.a', 'INT', 0, 'a >') FROM t | QUERY_VALIDATION |"
            + " JSON_EXTRACT_INDEX: filter: line 1, column",
        "SELECT JSON_EXTRACT_INDEX(s, '$.a', 'INT_ARRAY', '0') FROM t | QUERY_VALIDATION | default"
            + " of a list is no JSON array",
        "SELECT JSON_EXTRACT_INDEX(s, '$.a', 'INT_ARRAY', '[\"x\"]') FROM t | QUERY_VALIDATION |"
            + " default is no INT",
        "SELECT CLPDECODE(s) FROM t | QUERY_VALIDATION | store the text as STRING",
        "SELECT ST_BUFFER(s, 5) FROM t | QUERY_VALIDATION | unknown function ST_BUFFER",
        "SELECT ST_DISTANCE(s, s) FROM t | QUERY_VALIDATION | ST_DISTANCE cannot take (STRING,"
            + " STRING): it is called as ST_DISTANCE(a geometry, b geometry)",
        "SELECT JSON_MATCH(s, 'a >') FROM t | QUERY_VALIDATION | JSON_MATCH: filter: line 1, column",
        "SELECT RAND(1, 2) FROM t | QUERY_VALIDATION | RAND takes 0 to 1 arguments, found 2",
        "SELECT i, 1 | UNKNOWN_COLUMN | unknown column i: the query has no FROM",
        "SELECT COUNT(*) | QUERY_VALIDATION | aggregation count(*) needs a table",
        "SELECT * | QUERY_VALIDATION | SELECT * needs a table",
        "SELECT $offset | UNKNOWN_COLUMN | the query has no FROM",
        "SELECT UPPR(s) FROM t | QUERY_VALIDATION | unknown function UPPR, did you mean upper?",
        "SELECT REGEXP_LIKE(s) FROM t | QUERY_VALIDATION | REGEXP_LIKE takes 2 to 3 arguments,"
            + " found 1",
        "SELECT YEAR(s) FROM t | QUERY_VALIDATION | YEAR cannot take (STRING): it is called as"
            + " YEAR(time) or YEAR(time, 'zone')",
        "SELECT DATETRUNC(s, ts) FROM t | QUERY_VALIDATION | DATETRUNC cannot take (STRING,"
            + " TIMESTAMP)",
        "SELECT DATETRUNC('HUOR', ts) FROM t | QUERY_VALIDATION | DATETRUNC: unknown unit, expected"
            + " MILLISECOND",
        "SELECT REGEXP_LIKE(s, '(a') FROM t | QUERY_VALIDATION | REGEXP_LIKE: missing closing ):"
            + " '(a'",
        "SELECT REGEXP_LIKE(s, 'a(?=b)') FROM t | QUERY_VALIDATION | cannot be matched in linear"
            + " time",
        "SELECT YEAR(ts, 'Mars') FROM t | QUERY_VALIDATION | YEAR: unknown time zone: 'Mars'",
        "SELECT NOW(1) FROM t | QUERY_VALIDATION | NOW takes 0 arguments, found 1",
        "SELECT SUM() FROM t | QUERY_VALIDATION | SUM takes one argument, found 0",
        "SELECT COUNT(DISTINCT i, l) FROM t | QUERY_VALIDATION | COUNT(DISTINCT ...) takes one expression, found 2: join them",
        "SELECT CAST(tags AS VARCHAR(3)) FROM t | QUERY_VALIDATION | multi-value tags cannot stand here",
        "SELECT SUM(*) FROM t | QUERY_VALIDATION | SUM(*) has no meaning",
        "SELECT SUM(s) FROM t | QUERY_VALIDATION | SUM needs numbers, not STRING",
        "SELECT SUMMV(i) FROM t | QUERY_VALIDATION | SUMMV needs a multi-value column, i is INT",
        "SELECT MODE(DISTINCT i) FROM t | QUERY_VALIDATION | MODE does not take DISTINCT",
        "SELECT add(DISTINCT i, l) FROM t | QUERY_VALIDATION | DISTINCT and FILTER need an"
            + " aggregation, not add",
        "SELECT i FROM t WHERE i | QUERY_VALIDATION | i is INT, expected a condition",
        "SELECT i FROM t WHERE s AND b | QUERY_VALIDATION | s is STRING, expected a condition",
        "SELECT i FROM t WHERE i = 'x' | QUERY_VALIDATION | cannot compare INT with STRING 'x'"
            + " (i is INT)",
        "SELECT i FROM t WHERE 'x' < i + 1 | QUERY_VALIDATION | cannot compare LONG with STRING"
            + " 'x' (plus(i,'1') is LONG)",
        "SELECT i FROM t WHERE d BETWEEN 1 AND 'x' | QUERY_VALIDATION | STRING 'x' (d is DOUBLE)",
        "SELECT i FROM t WHERE i IN (1, 'x') | QUERY_VALIDATION | cannot compare INT with STRING"
            + " 'x' (i is INT)",
        "SELECT i FROM t WHERE s = i | QUERY_VALIDATION | cannot compare STRING with INT: write a"
            + " CAST (s is STRING, i is INT)",
        "SELECT i FROM t WHERE b = 'yes' | QUERY_VALIDATION | cannot convert STRING 'yes' to"
            + " BOOLEAN",
        "SELECT i FROM t WHERE ts = 'yesterday' | QUERY_VALIDATION | cannot convert STRING"
            + " 'yesterday' to TIMESTAMP",
        "SELECT i FROM t WHERE y = 'xyz' | QUERY_VALIDATION | cannot convert STRING 'xyz' to BYTES",
        "SELECT i FROM t WHERE y = 5 | QUERY_VALIDATION | cannot compare BYTES with INT",
        "SELECT i FROM t WHERE i LIKE 'x' | QUERY_VALIDATION | LIKE needs STRING, i is INT",
        "SELECT i FROM t WHERE s LIKE City | QUERY_VALIDATION | the pattern of LIKE must be a"
            + " string literal",
        "SELECT i FROM t WHERE s LIKE 'a!b' ESCAPE '!' | QUERY_VALIDATION | the escape character !"
            + " must stand before",
        "SELECT i FROM t WHERE s LIKE 'a!' ESCAPE '!' | QUERY_VALIDATION | the escape character !"
            + " must stand before",
        "SELECT s + 1 FROM t | QUERY_VALIDATION | arithmetic needs numbers, s is STRING",
        "SELECT add(1, UPPER(s)) FROM t | QUERY_VALIDATION | arithmetic needs numbers, upper(s) is"
            + " STRING",
        "SELECT -s FROM t | QUERY_VALIDATION | arithmetic needs numbers, s is STRING",
        "SELECT nums + 1 FROM t | QUERY_VALIDATION | multi-value nums cannot stand here",
        "SELECT i FROM t WHERE tags = nums | QUERY_VALIDATION | cannot compare two multi-value",
        "SELECT CASE WHEN b THEN tags END FROM t | QUERY_VALIDATION | multi-value tags cannot stand"
            + " here",
        "SELECT CASE WHEN b THEN 1 ELSE 'x' END FROM t | QUERY_VALIDATION | results have no common"
            + " type: 1 is INT, 'x' is STRING: write a CAST",
        "SELECT COALESCE(s, 5) FROM t | QUERY_VALIDATION | results have no common type: s is"
            + " STRING, 5 is INT: write a CAST",
        "SELECT IF(i > 1, NULL, CASE WHEN b THEN ts ELSE l END) FROM t | QUERY_VALIDATION | results"
            + " have no common type: ts is TIMESTAMP, l is LONG",
        "SELECT CAST(y AS INT) FROM t | QUERY_VALIDATION | cannot convert BYTES to INT",
        "SELECT i + * FROM t | SQL_PARSING | line 1",
        "SET timeoutMs = 'soon'; SELECT i FROM t | QUERY_VALIDATION | option timeoutMs is 'soon',"
            + " expected a whole number above 0",
        "SET timeoutMs = 0; SELECT i FROM t | QUERY_VALIDATION | option timeoutMs is '0'",
        "SET numGroupsLimit = -1; SELECT i FROM t | QUERY_VALIDATION | option numGroupsLimit is"
            + " '-1'",
        "SET enableNullHandling = 5; SELECT i FROM t | QUERY_VALIDATION | option enableNullHandling"
            + " is '5', expected true or false",
        "SET sqlDialect = 'mysql'; SELECT i FROM t | QUERY_VALIDATION | option sqlDialect is"
            + " 'mysql', expected standard or pinot",
        "SET minOffsets = '0'; SELECT i FROM t | QUERY_VALIDATION | option minOffsets is '0',"
            + " expected partition:offset",
        "SET minOffsets = '0:1,0:2'; SELECT i FROM t | QUERY_VALIDATION | option minOffsets is"
            + " '0:2'",
        "SET minOffsets = '0:1,'; SELECT i FROM t | QUERY_VALIDATION | option minOffsets is ''",
        "SET minOffsets = 'x:1'; SELECT i FROM t | QUERY_VALIDATION | option minOffsets is 'x'",
        "SET asOf = '0'; SELECT i FROM t | QUERY_VALIDATION | option asOf is '0', expected"
            + " partition:offset pairs such as 0:123,1:456, or the offsetToken of an answer",
        "SET asOf = 'o1.AAAA'; SELECT i FROM t | QUERY_VALIDATION | option asOf is not a token: it"
            + " was cut off or changed",
        "SET offsetToken = '0:1'; SELECT i FROM t | QUERY_VALIDATION | option offsetToken is not a"
            + " token: it does not begin with o1.",
        "SET asOf = '0:1'; SET minOffsets = '0:1'; SELECT i FROM t | QUERY_VALIDATION | leave out"
            + " the option minOffsets",
        "SET asOf = '0:1'; SELECT i FROM t WHERE $docId = 1 | QUERY_VALIDATION | column $docId"
            + " depends on where segments end",
        "SET asOf = '0:1'; SELECT COUNT(*) FROM t GROUP BY $SEGMENTNAME | QUERY_VALIDATION | column"
            + " $segmentName depends on where segments end",
        "SET useResultCache = 5; SELECT i FROM t | QUERY_VALIDATION | option useResultCache is '5',"
            + " expected true or false",
        "SET maxExecutionThreads = 0; SELECT i FROM t | QUERY_VALIDATION | option"
            + " maxExecutionThreads is '0', expected a whole number above 0",
        "SET maxScannedRows = 'many'; SELECT i FROM t | QUERY_VALIDATION | option maxScannedRows is"
            + " 'many', expected a whole number above 0",
        "SET maxServerResponseSizeBytes = -1; SELECT i FROM t | QUERY_VALIDATION | option"
            + " maxServerResponseSizeBytes is '-1'",
        "SET sampler = 'x'; SELECT i FROM t | QUERY_VALIDATION | not supported yet: option sampler",
        "SET GETCURSOR = true; SELECT i FROM t | QUERY_VALIDATION | not supported yet: option"
            + " getCursor; leave it out and page with LIMIT",
        "SET autoRewriteAggregationType = true; SELECT i FROM t | QUERY_VALIDATION | not supported"
            + " yet: option autoRewriteAggregationType",
      })
  void mistakesAreNamed(String sql, QueryErrorCode code, String message) {
    assertThatThrownBy(() -> plan(sql))
        .isInstanceOfSatisfying(QueryException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zz", "u", "x", "abcd", "\"zz\""})
  void shortNamesAreNotTakenForOthers(String name) {
    assertThatThrownBy(() -> plan("SELECT %s FROM t".formatted(name)))
        .hasMessageContaining("unknown column")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("did you mean"));
  }

  @Test
  void optionsAreReadWithoutCaseAndThoseInTheTextWin() {
    QueryOptions options =
        plan(
                "SET TIMEOUTMS = 5; SET minoffsets = '0:123, 1:456'; SELECT i FROM t",
                SCHEMA,
                Map.of(
                    "timeoutMs", "7",
                    "numgroupslimit", "9",
                    "groupByMode", "sql",
                    "responseFormat", "sql",
                    "whatever", "x"))
            .options();

    assertThat(options)
        .isEqualTo(
            new QueryOptions(
                Dialect.STANDARD,
                Duration.ofMillis(5),
                false,
                GroupOptions.exact(9),
                new OffsetOptions(
                    Optional.of(new GivenOffsets.Pairs(new TreeMap<>(Map.of(0, 123L, 1, 456L)))),
                    Optional.empty(),
                    Optional.empty()),
                true,
                QueryLimits.NONE,
                Optional.empty(),
                List.of("option whatever is not known and has no effect")));
  }

  @Test
  void limitsOfAQueryAreRead() {
    QueryOptions options =
        plan(
                "SET maxExecutionThreads = 2; SET maxScannedRows = 5000000000;"
                    + " SET useResultCache = false; SELECT i FROM t",
                SCHEMA,
                Map.of("maxServerResponseSizeBytes", "7", "maxQueryResponseSizeBytes", "8"))
            .options();

    assertThat(options.resultCache()).isFalse();
    assertThat(options.limits())
        .isEqualTo(new QueryLimits(2, Long.MAX_VALUE, 5_000_000_000L, Long.MAX_VALUE, 7, 8));
    assertThat(options.warnings()).isEmpty();
  }

  @Test
  void unknownOptionsAreToldWithTheNearestKnownOne() {
    assertThat(
            plan("SET timeoutMilis = 5; SELECT i FROM t", SCHEMA, Map.of("getCursor", "false"))
                .options()
                .warnings())
        .containsExactly(
            "option timeoutMilis is not known and has no effect, did you mean timeoutMs?");
  }

  @Test
  void defaultsStandWhereNoOptionIsWritten() {
    assertThat(plan("SELECT i FROM t").options())
        .isEqualTo(
            new QueryOptions(
                Dialect.STANDARD,
                Duration.ofSeconds(10),
                false,
                GroupOptions.exact(100_000),
                OffsetOptions.NONE,
                true,
                QueryLimits.NONE,
                Optional.empty(),
                List.of()));
  }

  @Test
  void nullHandlingOfAQueryOverridesEveryColumn() {
    String sql = "SELECT COUNT(*) FROM t WHERE i IS NULL";

    assertThat(plan(sql, SCHEMA, Map.of("enableNullHandling", "true")).server().filter())
        .map(PlanPrinter::print)
        .hasValue("(i? is null)");
    assertThat(plan(sql, NULLABLE, Map.of("enableNullHandling", "false")).server().filter())
        .hasValue(Constants.FALSE);
    assertThat(plan(sql, NULLABLE, Map.of()).options().nullHandling()).isTrue();
  }

  @Test
  void pinotAggregationsOfNothingAreNullWithNullHandling() {
    assertThat(
            PlanPrinter.print(
                plan(
                        "SET sqlDialect='pinot'; SET enableNullHandling=true; SELECT SUM(i) FROM t",
                        SCHEMA,
                        Map.of())
                    .server()
                    .work()))
        .isEqualTo("aggregate [SUM(i?):DOUBLE?]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"SELECT i FROM t", "SELECT s FROM t GROUP BY s", "SELECT DISTINCT s FROM t"})
  void limitThatNobodyWroteDependsOnTheDialect(String sql) {
    assertThat(plan(sql).output().limit()).isEqualTo(100_000);
    assertThat(plan(sql).output().limitWritten()).isFalse();
    assertThat(pinot(sql).output().limit()).isEqualTo(10);
    assertThat(plan(sql + " LIMIT 500000").output().limit()).isEqualTo(500_000);
    assertThat(plan(sql + " LIMIT 500000").output().limitWritten()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"t,t", "t_REALTIME,t", "t_OFFLINE,t", "db.t,db.t", "db.t_REALTIME,db.t"})
  void serversAreToldTheRawTable(String written, String raw) {
    QueryPlan plan = plan("SELECT %s.i, t.l FROM %s".formatted(written, written));

    assertThat(plan.server().table()).isEqualTo(raw);
    assertThat(plan.server().schemaVersion()).isEqualTo(7);
  }

  @Test
  void nowIsReadOncePerQuery() {
    var clock =
        new InstantSource() {
          private long reads;

          @Override
          public Instant instant() {
            return Instant.ofEpochMilli(++reads);
          }
        };
    QueryPlan plan =
        new QueryPlanner()
            .plan(
                new SqlParser().parse("SELECT NOW() FROM t WHERE l > NOW() ORDER BY NOW() + l"),
                SCHEMA,
                Map.of(),
                new QueryPlanner.Context(clock, Dialect.STANDARD, Duration.ofSeconds(1), 1));

    assertThat(PlanPrinter.print(plan))
        .contains("LONG:1")
        .doesNotContain("LONG:2")
        .doesNotContain("LONG:3");
  }
}
