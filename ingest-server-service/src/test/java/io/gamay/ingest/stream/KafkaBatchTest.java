package io.gamay.ingest.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gamay.testkit.random.Seeds;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KafkaBatchTest {

  /** What a value's buffer may be. */
  enum Kind {
    ARRAY,
    SLICE,
    READ_ONLY,
    DIRECT;

    /** "value", whatever stands around it. */
    ByteBuffer value() {
      byte[] around = "{}{value}{}".getBytes(UTF_8);
      ByteBuffer wide =
          switch (this) {
            case ARRAY, SLICE -> ByteBuffer.wrap(around);
            case READ_ONLY -> ByteBuffer.wrap(around).asReadOnlyBuffer();
            case DIRECT -> ByteBuffer.allocateDirect(around.length).put(around).flip();
          };
      return this == SLICE ? wide.slice(2, 7).position(1).limit(6) : wide.position(3).limit(8);
    }
  }

  @ParameterizedTest
  @EnumSource
  void valueIsReadWhereItLies(Kind kind) {
    KafkaBatch batch = new KafkaBatch(List.of(record(7, null, kind.value())), 8);
    batch.moveTo(0);
    byte[] source = batch.value();
    assertThat(source).isNotNull();
    assertThat(Arrays.copyOfRange(source, batch.valueStart(), batch.valueEnd()))
        .isEqualTo("value".getBytes(UTF_8));
  }

  @Test
  void valueWithAnArrayIsNotCopied() {
    byte[] fetched = new byte[20];
    ByteBuffer value = ByteBuffer.wrap(fetched).slice(4, 10).position(1);
    KafkaBatch batch = new KafkaBatch(List.of(record(7, null, value)), 8);
    batch.moveTo(0);
    assertThat(batch.value()).isSameAs(fetched);
    assertThat(batch.valueStart()).isEqualTo(5);
    assertThat(batch.valueEnd()).isEqualTo(14);
  }

  @ParameterizedTest
  @EnumSource
  void keyIsACopyAndCanBeAskedForTwice(Kind kind) {
    KafkaBatch batch = new KafkaBatch(List.of(record(7, kind.value(), null)), 8);
    batch.moveTo(0);
    assertThat(batch.key()).isEqualTo("value".getBytes(UTF_8));
    assertThat(batch.key()).isEqualTo("value".getBytes(UTF_8));
  }

  @Test
  void cursorGoesWhereItIsToldAndTombstonesHaveNoValue() {
    KafkaBatch batch =
        new KafkaBatch(
            List.of(record(7, null, Kind.ARRAY.value()), record(9, Kind.ARRAY.value(), null)), 12);
    batch.moveTo(1);
    assertThat(batch.offset()).isEqualTo(9);
    assertThat(batch.timestampMillis()).isEqualTo(1_009);
    assertThat(batch.value()).isNull();
    assertThat(batch.valueStart()).isEqualTo(batch.valueEnd()).isZero();
    batch.moveTo(0);
    assertThat(batch.offset()).isEqualTo(7);
    assertThat(batch.timestampMillis()).isEqualTo(1_007);
    assertThat(batch.key()).isNull();
    assertThat(batch.valueEnd() - batch.valueStart()).isEqualTo(5);
    assertThat(batch.size()).isEqualTo(2);
    assertThat(batch.nextOffset()).isEqualTo(12);
  }

  @Test
  void recordHasToBeChosenFirst() {
    KafkaBatch batch = new KafkaBatch(List.of(record(7, null, Kind.ARRAY.value())), 8);
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(batch::offset);
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> batch.moveTo(1));
  }

  @Test
  void cursorGoesForthAndBackThroughManyRecords() {
    List<ConsumerRecord<ByteBuffer, ByteBuffer>> records =
        IntStream.range(0, 700)
            .mapToObj(index -> record(3L * index, null, ByteBuffer.allocate(index)))
            .toList();
    KafkaBatch batch = new KafkaBatch(records, 2_100);
    Seeds.forEach(
        50,
        random -> {
          int index = random.between(0, 699);
          for (int step = 0; step < 200; step++) {
            index = random.chance(0.1) ? random.between(0, 699) : Math.min(699, index + 1);
            batch.moveTo(index);
            assertThat(batch.offset()).isEqualTo(3L * index);
            assertThat(batch.valueEnd() - batch.valueStart()).isEqualTo(index);
            assertThat(batch.timestampMillis()).isEqualTo(1_000 + 3L * index);
          }
        });
  }

  private static ConsumerRecord<ByteBuffer, ByteBuffer> record(
      long offset, @Nullable ByteBuffer key, @Nullable ByteBuffer value) {
    return new ConsumerRecord<>(
        "topic",
        0,
        offset,
        1_000 + offset,
        TimestampType.CREATE_TIME,
        0,
        0,
        key,
        value,
        new RecordHeaders(),
        Optional.empty());
  }
}
