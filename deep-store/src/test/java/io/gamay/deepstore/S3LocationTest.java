package io.gamay.deepstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class S3LocationTest {

  @Test
  void aBucketAloneIsAwsWithTheRegionOfTheEnvironment() {
    assertThat(parse("s3://bucket"))
        .isEqualTo(
            new S3Location("bucket", "", Optional.empty(), Optional.empty(), false, 16L << 20));
  }

  @Test
  void everyParameterIsTaken() {
    assertThat(
            parse(
                "s3://my.bucket/a/b/?endpoint=http://127.0.0.1:9000&region=eu-west-1"
                    + "&pathStyle=false&partSizeBytes=5242880"))
        .isEqualTo(
            new S3Location(
                "my.bucket",
                "a/b",
                Optional.of(URI.create("http://127.0.0.1:9000")),
                Optional.of("eu-west-1"),
                false,
                5L << 20));
  }

  @Test
  void anotherEndpointHasTheBucketInThePath() {
    assertThat(parse("s3://bucket/p?endpoint=https%3A%2F%2Fminio%3A9000").isPathStyle()).isTrue();
  }

  @Test
  void aPrefixIsSetBeforeKeysAndNamedInErrors() {
    S3Location location = parse("s3://bucket/p?endpoint=http://minio:9000");

    assertThat(location.keyInBucket("t/s/1")).isEqualTo("p/t/s/1");
    assertThat(parse("s3://bucket").keyInBucket("t/s/1")).isEqualTo("t/s/1");
    assertThat(location.describe("t/s/1")).isEqualTo("s3://bucket/p/t/s/1 at http://minio:9000");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "s3:///prefix | not a bucket name",
        "s3://Bucket/p | not a bucket name: 'Bucket'",
        "s3://bucket:9000/p | not a bucket name",
        "s3://bucket/../p | not an object key",
        "s3://bucket/p?endPoint=http://x:1 | known: endpoint, region, pathStyle, partSizeBytes",
        "s3://bucket/p?endPoint=http://x:1 | unknown parameter 'endPoint'",
        "s3://bucket/p?region=a&region=b | 'region' is given twice",
        "s3://bucket/p?region= | expected a name like us-east-1",
        "s3://bucket/p?endpoint=minio:9000 | endpoint is no http://host:port",
        "s3://bucket/p?pathStyle=yes | expected true or false",
        "s3://bucket/p?partSizeBytes=16M | expected a number",
        "s3://bucket/p?partSizeBytes=1024 | expected 5242880 to"
      })
  void whatIsNotUnderstoodIsToldWithWhatMayStandThere(String uri, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(uri))
        .withMessageContaining(message);
  }

  @Test
  void credentialsInTheUriAreRefusedAndNotRepeated() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("s3://me:secret@bucket/p"))
        .withMessageNotContaining("secret");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("s3://bucket/p?endpoint=http://me:secret@minio:9000"))
        .withMessageNotContaining("secret");
  }

  private static S3Location parse(String uri) {
    return S3Location.parse(URI.create(uri));
  }
}
