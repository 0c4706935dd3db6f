package io.gamay.deepstore;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A deep store in a bucket of S3, or of another store that speaks S3: an object's key is its key
 * below the location's prefix. Several processes may share the prefix.
 *
 * <p>A file is sent in one request, or in parts one after the other if it is longer than one, under
 * the condition that the key is free. Each request carries the CRC-32C of its content, the last one
 * that of the whole, and S3 refuses what does not match: the object appears whole or not at all.
 * The checksum and a name of the writing call are kept as the object's metadata too. By that name a
 * writer whose answer was lost knows its own object, and so does one whose repeated request is told
 * that the key is taken.
 *
 * <p>A store that does not honour {@code If-None-Match} is asked for the key before each write; two
 * that write one key at the same time may then both succeed, and the later content stays.
 */
public final class S3DeepStore implements DeepStore {

  private static final String CRC_METADATA = "gamay-crc32c";
  private static final String WRITER_METADATA = "gamay-writer";
  private static final String IF_NONE = "*";
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  /** S3 refuses writers of one key that meet, all of them if it must, and wants them to repeat. */
  private static final int CONFLICT_ATTEMPTS = 4;

  private static final int BUFFER_BYTES = 1 << 18;

  private final S3Location location;
  private final S3Client s3;
  private final int keysPerPage;

  private S3DeepStore(S3Location location, S3Client s3, int keysPerPage) {
    this.location = location;
    this.s3 = s3;
    this.keysPerPage = keysPerPage;
  }

  /**
   * Opens the store that a URI names. Nothing is asked of it yet: it may be away.
   *
   * @throws IllegalArgumentException if the URI is not understood
   * @throws IOException if no region is known for AWS
   */
  public static S3DeepStore open(URI uri) throws IOException {
    return open(S3Location.parse(uri), S3Limits.DEFAULTS);
  }

  static S3DeepStore open(S3Location location, S3Limits limits) throws IOException {
    try {
      return new S3DeepStore(location, S3Connection.open(location, limits), limits.keysPerPage());
    } catch (SdkException unknown) {
      throw new IOException(
          "cannot open %s, give its region as parameter 'region' or in AWS_REGION: %s"
              .formatted(location.describe(""), unknown.getMessage()),
          unknown);
    }
  }

  @Override
  public void put(String key, Path file) throws IOException {
    ObjectKey.check(key);
    if (head("put", key).isPresent()) {
      throw new ObjectExistsException(key);
    }
    String writer = UUID.randomUUID().toString();
    try (PartedFile parted = PartedFile.open(file, location.partSizeBytes())) {
      write(key, parted, writer);
    } catch (SdkException failed) {
      settle(key, writer, failed);
    } catch (UncheckedIOException unreadable) {
      throw unreadable.getCause();
    }
  }

  @Override
  public void fetch(String key, Path target) throws IOException {
    ObjectKey.check(key);
    WholeFile.create(target, temporary -> download(key, temporary));
  }

  /**
   * The checksum is the one that S3 calculated when it took the object. From a store that keeps
   * none, the object is read and its checksum calculated.
   */
  @Override
  public Optional<ObjectInfo> info(String key) throws IOException {
    ObjectKey.check(key);
    Optional<HeadObjectResponse> head = head("info", key);
    if (head.isEmpty()) {
      requireBucket(key);
      return Optional.empty();
    }
    HeadObjectResponse found = head.get();
    try {
      int crc32c = storeCrc(found.checksumCRC32C()).orElseGet(() -> readCrc(key));
      return Optional.of(
          new ObjectInfo(key, found.contentLength(), crc32c, found.lastModified().toEpochMilli()));
    } catch (NoSuchKeyException deletedMeanwhile) {
      return Optional.empty();
    } catch (SdkException | UncheckedIOException failed) {
      throw failure("info", key, failed);
    }
  }

  /** What is under the prefix and cannot be one of our keys is left out. */
  @Override
  public List<ObjectInfo> list(String prefix) throws IOException {
    ObjectKey.checkPrefix(prefix);
    int rootLength = location.keyInBucket("").length();
    List<ObjectInfo> found = new ArrayList<>();
    try {
      for (S3Object object :
          s3.listObjectsV2Paginator(
                  request ->
                      request
                          .bucket(location.bucket())
                          .prefix(location.keyInBucket(prefix))
                          .maxKeys(keysPerPage))
              .contents()) {
        String key = object.key().substring(rootLength);
        if (ObjectKey.isKey(key)) {
          found.add(new ObjectInfo(key, object.size(), 0, object.lastModified().toEpochMilli()));
        }
      }
    } catch (SdkException failed) {
      throw failure("list", prefix, failed);
    }
    found.sort(Comparator.comparing(ObjectInfo::key));
    return found;
  }

  @Override
  public void delete(String key) throws IOException {
    ObjectKey.check(key);
    try {
      s3.deleteObject(request -> request.bucket(location.bucket()).key(location.keyInBucket(key)));
    } catch (NoSuchKeyException absent) {
      // as wanted
    } catch (SdkException failed) {
      throw failure("delete", key, failed);
    }
  }

  @Override
  public void close() {
    s3.close();
  }

  private void write(String key, PartedFile parted, String writer) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        if (parted.parts().size() == 1) {
          putWhole(key, parted, writer);
        } else {
          putInParts(key, parted, writer);
        }
        return;
      } catch (S3Exception refused) {
        boolean mayRepeat = refused.statusCode() == CONFLICT && attempt < CONFLICT_ATTEMPTS;
        if (!mayRepeat || head("put", key).isPresent()) {
          throw refused;
        }
      }
    }
  }

  private void putWhole(String key, PartedFile parted, String writer) {
    s3.putObject(
        request ->
            request
                .bucket(location.bucket())
                .key(location.keyInBucket(key))
                .ifNoneMatch(IF_NONE)
                .checksumCRC32C(base64(parted.crc32c()))
                .metadata(metadata(parted, writer)),
        parted.body(parted.parts().getFirst()));
  }

  private void putInParts(String key, PartedFile parted, String writer) {
    String uploadId =
        s3.createMultipartUpload(
                request ->
                    request
                        .bucket(location.bucket())
                        .key(location.keyInBucket(key))
                        .checksumAlgorithm(ChecksumAlgorithm.CRC32_C)
                        .checksumType(ChecksumType.FULL_OBJECT)
                        .metadata(metadata(parted, writer)))
            .uploadId();
    try {
      List<CompletedPart> sent = new ArrayList<>();
      for (PartedFile.Part part : parted.parts()) {
        sent.add(send(key, uploadId, parted, part));
      }
      s3.completeMultipartUpload(
          request ->
              request
                  .bucket(location.bucket())
                  .key(location.keyInBucket(key))
                  .uploadId(uploadId)
                  .ifNoneMatch(IF_NONE)
                  .checksumType(ChecksumType.FULL_OBJECT)
                  .checksumCRC32C(base64(parted.crc32c()))
                  .mpuObjectSize(parted.sizeBytes())
                  .multipartUpload(upload -> upload.parts(sent)));
    } catch (RuntimeException failed) {
      abort(key, uploadId, failed);
      throw failed;
    }
  }

  private CompletedPart send(String key, String uploadId, PartedFile parted, PartedFile.Part part) {
    String crc32c = base64(part.crc32c());
    String tag =
        s3.uploadPart(
                request ->
                    request
                        .bucket(location.bucket())
                        .key(location.keyInBucket(key))
                        .uploadId(uploadId)
                        .partNumber(part.number())
                        .checksumCRC32C(crc32c),
                parted.body(part))
            .eTag();
    return CompletedPart.builder()
        .partNumber(part.number())
        .eTag(tag)
        .checksumCRC32C(crc32c)
        .build();
  }

  /** What cannot be aborted now is for the bucket's rule on incomplete uploads. */
  private void abort(String key, String uploadId, RuntimeException reason) {
    try {
      s3.abortMultipartUpload(
          request ->
              request.bucket(location.bucket()).key(location.keyInBucket(key)).uploadId(uploadId));
    } catch (SdkException left) {
      reason.addSuppressed(left);
    }
  }

  /** A call that failed may have taken effect: what is under the key now decides. */
  private void settle(String key, String writer, SdkException failed) throws IOException {
    Optional<HeadObjectResponse> found;
    try {
      found = head("put", key);
    } catch (IOException away) {
      IOException unknown = failure("put", key, failed);
      unknown.addSuppressed(away);
      throw unknown;
    }
    if (found.isEmpty()) {
      throw failure("put", key, failed);
    }
    if (!writer.equals(found.get().metadata().get(WRITER_METADATA))) {
      ObjectExistsException exists = new ObjectExistsException(key);
      exists.initCause(failed);
      throw exists;
    }
  }

  private Optional<HeadObjectResponse> head(String what, String key) throws IOException {
    try {
      return Optional.of(
          s3.headObject(
              request ->
                  request
                      .bucket(location.bucket())
                      .key(location.keyInBucket(key))
                      .checksumMode(ChecksumMode.ENABLED)));
    } catch (S3Exception refused) {
      if (refused.statusCode() == NOT_FOUND) {
        return Optional.empty();
      }
      throw failure(what, key, refused);
    } catch (SdkException failed) {
      throw failure(what, key, failed);
    }
  }

  /** The answer to HEAD does not tell an absent object from an absent bucket. */
  private void requireBucket(String key) throws IOException {
    try {
      s3.headBucket(request -> request.bucket(location.bucket()));
    } catch (SdkException failed) {
      throw failure("info", key, failed);
    }
  }

  private void download(String key, Path temporary) throws IOException {
    try (ResponseInputStream<GetObjectResponse> content = get(key)) {
      try {
        Content read = copy(content, temporary);
        verify(content.response(), read);
      } catch (IOException | RuntimeException failed) {
        content.abort();
        throw failed;
      }
    } catch (NoSuchKeyException absent) {
      throw noSuchFile(key, absent);
    } catch (SdkException | IOException failed) {
      throw failure("fetch", key, failed);
    }
  }

  private ResponseInputStream<GetObjectResponse> get(String key) {
    return s3.getObject(
        request ->
            request
                .bucket(location.bucket())
                .key(location.keyInBucket(key))
                .checksumMode(ChecksumMode.ENABLED));
  }

  private record Content(long sizeBytes, int crc32c) {}

  private static Content copy(InputStream content, Path target) throws IOException {
    try (OutputStream out =
        Files.newOutputStream(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      return copy(content, out);
    }
  }

  private static Content copy(InputStream content, OutputStream out) throws IOException {
    CRC32C crc = new CRC32C();
    byte[] buffer = new byte[BUFFER_BYTES];
    long sizeBytes = 0;
    for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
      crc.update(buffer, 0, count);
      out.write(buffer, 0, count);
      sizeBytes += count;
    }
    return new Content(sizeBytes, (int) crc.getValue());
  }

  /** Against what the writer said and what the store calculated, as far as each is there. */
  private static void verify(GetObjectResponse response, Content read) throws IOException {
    if (read.sizeBytes() != response.contentLength()) {
      throw new IOException(
          "expected %d bytes, read %d".formatted(response.contentLength(), read.sizeBytes()));
    }
    Optional<Integer> written =
        Optional.ofNullable(response.metadata().get(CRC_METADATA)).map(HexFormat::fromHexDigits);
    for (Optional<Integer> known : List.of(written, storeCrc(response.checksumCRC32C()))) {
      if (known.isPresent() && known.get() != read.crc32c()) {
        throw new IOException(
            "checksum mismatch: expected %08x, read %08x".formatted(known.get(), read.crc32c()));
      }
    }
  }

  private int readCrc(String key) {
    try (ResponseInputStream<GetObjectResponse> content = get(key)) {
      return copy(content, OutputStream.nullOutputStream()).crc32c();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private IOException failure(String what, String key, Exception failed) {
    return new IOException(
        "%s of %s failed: %s".formatted(what, location.describe(key), failed.getMessage()), failed);
  }

  private static NoSuchFileException noSuchFile(String key, Exception cause) {
    NoSuchFileException absent = new NoSuchFileException(key);
    absent.initCause(cause);
    return absent;
  }

  private static Map<String, String> metadata(PartedFile parted, String writer) {
    return Map.of(
        CRC_METADATA, HexFormat.of().toHexDigits(parted.crc32c()), WRITER_METADATA, writer);
  }

  private static String base64(int crc32c) {
    return Base64.getEncoder()
        .encodeToString(ByteBuffer.allocate(Integer.BYTES).putInt(crc32c).array());
  }

  /** Empty if the store has none, or one of the parts' checksums: {@code checksum-parts}. */
  private static Optional<Integer> storeCrc(@Nullable String base64) {
    if (base64 == null || base64.contains("-")) {
      return Optional.empty();
    }
    byte[] bytes = Base64.getDecoder().decode(base64);
    return bytes.length == Integer.BYTES
        ? Optional.of(ByteBuffer.wrap(bytes).getInt())
        : Optional.empty();
  }
}
