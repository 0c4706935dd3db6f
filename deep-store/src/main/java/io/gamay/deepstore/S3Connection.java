package io.gamay.deepstore;

import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * The SDK's client for a location. Credentials come from the SDK's chain: system properties,
 * environment, web identity, profile, container, instance.
 */
final class S3Connection {

  private S3Connection() {}

  /** Sends nothing to the store. */
  static S3Client open(S3Location location, S3Limits limits) {
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(limits.connect())
                    .socketTimeout(limits.silence()))
            .overrideConfiguration(
                override ->
                    override
                        .retryStrategy(RetryMode.STANDARD)
                        .apiCallAttemptTimeout(limits.attempt())
                        .apiCallTimeout(limits.call()))
            // each write carries the CRC-32C of its content, calculated before
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .forcePathStyle(location.isPathStyle());
    location.endpoint().ifPresent(builder::endpointOverride);
    region(location, builder);
    return builder.build();
  }

  /** Another store than AWS is signed to for some region; most take any. */
  private static void region(S3Location location, S3ClientBuilder builder) {
    if (location.region().isPresent()) {
      builder.region(Region.of(location.region().get()));
    } else if (location.endpoint().isPresent()) {
      builder.region(configuredRegion());
    }
  }

  private static Region configuredRegion() {
    try {
      return new AwsRegionProviderChain(
              new SystemSettingsRegionProvider(), new AwsProfileRegionProvider())
          .getRegion();
    } catch (SdkClientException none) {
      return Region.US_EAST_1;
    }
  }
}
