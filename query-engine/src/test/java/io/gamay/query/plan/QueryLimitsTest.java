package io.gamay.query.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.query.error.QueryException;
import io.gamay.segment.schema.TableSchema;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QueryLimitsTest {

  private static final TableSchema SCHEMA = new TableSchema("t", 1, List.of());

  @Test
  void eachLimitIsReadFromItsOption() {
    assertThat(
            options(
                    Map.of(
                        "maxExecutionThreads", "6",
                        "maxQueryMemoryBytes", "1",
                        "MAXSCANNEDROWS", "2",
                        "maxResultRows", "3",
                        "maxServerResponseSizeBytes", "4",
                        "maxQueryResponseSizeBytes", "5"))
                .limits())
        .isEqualTo(new QueryLimits(6, 1, 2, 3, 4, 5));
    assertThat(options(Map.of()).limits()).isEqualTo(QueryLimits.NONE);
    assertThat(options(Map.of("clientQueryId", "mine")).clientQueryId()).contains("mine");
  }

  @Test
  void aLimitThatIsNoNumberIsRefusedByItsName() {
    assertThatThrownBy(() -> options(Map.of("maxResultRows", "0")))
        .isInstanceOf(QueryException.class)
        .hasMessageContaining("option maxResultRows is '0', expected a whole number above 0");
  }

  @Test
  void serversShareWhatAllMaySend() {
    QueryLimits limits = new QueryLimits(1, 1, 1, 1, 100, 240);
    assertThat(limits.responseBytesOf(2)).isEqualTo(100);
    assertThat(limits.responseBytesOf(4)).isEqualTo(60);
    assertThat(QueryLimits.NONE.responseBytesOf(1)).isEqualTo(Long.MAX_VALUE);
  }

  private static QueryOptions options(Map<String, String> written) {
    return new OptionReader(written, Map.of())
        .read(
            SCHEMA,
            new QueryPlanner.Context(
                InstantSource.system(),
                QueryOptions.Dialect.STANDARD,
                Duration.ofSeconds(10),
                1_000));
  }
}
