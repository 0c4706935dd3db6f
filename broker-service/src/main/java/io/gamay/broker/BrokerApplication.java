package io.gamay.broker;

import java.util.Map;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The broker process. Settings: {@code gamay-broker.yml}, the environment, then the command line.
 */
@SpringBootApplication
public class BrokerApplication {

  public static void main(String[] args) {
    builder().run(args);
  }

  /**
   * Starts this service inside the calling JVM, next to others.
   *
   * @param settings property name to value; wins over the defaults in {@code gamay-broker.yml}
   */
  public static ConfigurableApplicationContext start(Map<String, Object> settings) {
    String[] args =
        settings.entrySet().stream()
            .map(entry -> "--" + entry.getKey() + "=" + entry.getValue())
            .toArray(String[]::new);
    return builder().run(args);
  }

  private static SpringApplicationBuilder builder() {
    return new SpringApplicationBuilder(BrokerApplication.class)
        .properties("spring.config.name=gamay-broker");
  }
}
