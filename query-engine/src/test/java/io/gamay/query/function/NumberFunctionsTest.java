package io.gamay.query.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.query.error.QueryException;
import io.gamay.segment.schema.Value;
import org.junit.jupiter.api.Test;

class NumberFunctionsTest {

  @Test
  void bucketsAreNumberedFromOneWithOneBeforeAndOneBehind() {
    assertThat(bucket(5.0, 0.0, 10.0, 10)).isEqualTo(6);
    assertThat(bucket(-0.1, 0.0, 10.0, 10)).isZero();
    assertThat(bucket(10.0, 0.0, 10.0, 10)).isEqualTo(11);
    assertThat(bucket(7.5, 10.0, 0.0, 4)).isEqualTo(2);
  }

  @Test
  void lastBucketOfAllThatIntCanCountIsReachedAndNoneIsBehindIt() {
    assertThat(bucket(Math.nextDown(1.0), 0.0, 1.0, Integer.MAX_VALUE))
        .isEqualTo(Integer.MAX_VALUE);
    assertThatThrownBy(() -> bucket(1.0, 0.0, 1.0, Integer.MAX_VALUE))
        .isInstanceOf(QueryException.class)
        .hasMessage(
            "WIDTH_BUCKET: gives the bucket behind the last, whose number is no INT: '2147483647'");
  }

  private static int bucket(double value, double low, double high, int count) {
    return ((Value.IntValue) TestCall.value("widthbucket", value, low, high, count).orElseThrow())
        .value();
  }
}
