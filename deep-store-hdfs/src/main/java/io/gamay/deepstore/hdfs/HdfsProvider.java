package io.gamay.deepstore.hdfs;

import io.gamay.deepstore.DeepStore;
import io.gamay.deepstore.DeepStoreProvider;
import java.io.IOException;
import java.net.URI;

/** Opens {@code hdfs://namenode:port/directory} and {@code hdfs://nameservice/directory}. */
public final class HdfsProvider implements DeepStoreProvider {

  @Override
  public String scheme() {
    return "hdfs";
  }

  @Override
  public DeepStore open(URI uri) throws IOException {
    return HdfsDeepStore.open(uri, HdfsSettings.ofEnvironment(System.getenv()));
  }
}
