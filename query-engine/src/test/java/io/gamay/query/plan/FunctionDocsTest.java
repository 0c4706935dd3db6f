package io.gamay.query.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.function.FunctionDoc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionDocsTest {

  private static final Path PAGE = Path.of("..", "docs", "functions.md");
  private static final String WRITE_PROPERTY = "gamay.docs.write";

  @Test
  void pageIsWhatTheRegistrySays() throws IOException {
    if (Boolean.getBoolean(WRITE_PROPERTY)) {
      Files.writeString(PAGE, FunctionDocs.markdown());
    }
    assertThat(Files.readString(PAGE))
        .as(
            "docs/functions.md is out of date: run './mvnw -pl query-engine -am test"
                + " -Dtest=FunctionDocsTest -Dsurefire.failIfNoSpecifiedTests=false -D%s=true'",
            WRITE_PROPERTY)
        .isEqualTo(FunctionDocs.markdown());
  }

  @Test
  void everyFunctionIsDescribed() {
    for (FunctionDoc doc : FunctionDocs.all()) {
      assertThat(doc.doc()).as(doc.name()).isNotBlank().endsWith(".");
      assertThat(doc.signatures()).as(doc.name()).isNotEmpty();
      boolean dependsOnMore = Set.of("NOW", "AGO", "RAND").contains(doc.name());
      assertThat(doc.examples().isEmpty()).as(doc.name()).isEqualTo(dependsOnMore);
    }
  }

  @Test
  void pageHasEveryNameWithAndWithoutUnderscores() {
    List<String> words = List.of(FunctionDocs.markdown().split("\\W+"));
    for (AggregateName name : AggregateName.values()) {
      assertThat(words).contains(name.name(), name.name().replace("_", ""));
    }
    assertThat(words).contains("DATE_TRUNC", "DATETRUNC", "DATE_ADD", "DATEADD", "DATEBIN");
  }

  @ParameterizedTest
  @ValueSource(strings = {"DATETRUNC", "date_trunc", "Percentile95", "countmv", "ceiling"})
  void functionIsFoundByAnyOfItsNames(String name) {
    assertThat(FunctionDocs.find(name)).isPresent();
  }
}
