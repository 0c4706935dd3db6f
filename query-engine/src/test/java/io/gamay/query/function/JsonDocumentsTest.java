package io.gamay.query.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.query.function.JsonDocuments.MalformedException;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonDocumentsTest {

  @Test
  void anyValueIsADocument() throws MalformedException {
    assertThat(format(" \"a b\" ")).isEqualTo("\"a b\"");
    assertThat(format("null")).isEqualTo("null");
    assertThat(format(" [ 1 , {\"x\" : [ ] } ]\n")).isEqualTo("[1,{\"x\":[]}]");
  }

  @Test
  void numbersKeepTheirDigits() throws MalformedException {
    assertThat(format("[0.12345678901234567890, 12345678901234567890]"))
        .isEqualTo("[0.12345678901234567890,12345678901234567890]");
  }

  @Test
  void textThatIsNotOneDocumentIsMalformed() {
    for (String text : List.of("", " ", "{", "{} {}", "[1] x", "a")) {
      assertThatThrownBy(() -> format(text)).as(text).isInstanceOf(MalformedException.class);
    }
  }

  private static String format(String text) throws MalformedException {
    Vector documents = Vector.of(StoredType.STRING);
    documents.append(new Value.StringValue(text));
    return JsonDocuments.format(documents, 0);
  }
}
