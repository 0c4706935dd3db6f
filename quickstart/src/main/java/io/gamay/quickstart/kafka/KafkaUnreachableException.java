package io.gamay.quickstart.kafka;

import java.util.concurrent.ExecutionException;

/** Kafka did not answer, or answered no; the message is Kafka's own. */
public final class KafkaUnreachableException extends Exception {
  KafkaUnreachableException(Exception failure) {
    super(reason(failure), failure);
  }

  private static String reason(Exception failure) {
    Throwable cause = failure instanceof ExecutionException ? failure.getCause() : failure;
    if (cause == null) {
      return failure.toString();
    }
    String message = cause.getMessage();
    return message == null ? "no answer in time" : message;
  }
}
