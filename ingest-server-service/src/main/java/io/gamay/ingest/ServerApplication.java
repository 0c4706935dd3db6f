package io.gamay.ingest;

import java.util.Map;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The server process. Settings: {@code gamay-server.yml}, the environment, then the command line.
 */
@SpringBootApplication
public class ServerApplication {

  public static void main(String[] args) {
    builder().run(args);
  }

  /**
   * Starts this service inside the calling JVM, next to others.
   *
   * @param settings property name to value; wins over the defaults in {@code gamay-server.yml}
   */
  public static ConfigurableApplicationContext start(Map<String, Object> settings) {
    String[] args =
        settings.entrySet().stream()
            .map(entry -> "--" + entry.getKey() + "=" + entry.getValue())
            .toArray(String[]::new);
    return builder().run(args);
  }

  private static SpringApplicationBuilder builder() {
    return new SpringApplicationBuilder(ServerApplication.class)
        .properties("spring.config.name=gamay-server");
  }
}
