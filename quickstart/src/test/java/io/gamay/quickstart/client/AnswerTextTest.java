package io.gamay.quickstart.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AnswerTextTest {
  private static final String ANSWER =
      """
      {"resultTable":{"dataSchema":{"columnNames":["city","n","x","tags"],
       "columnDataTypes":["STRING","LONG","DOUBLE","STRING_ARRAY"]},
       "rows":[["a,\\"b\\"",9223372036854775807,5.0,["p","q"]],["",1,null,[]]]},
       "exceptions":[],"partialResult":true,"timeUsedMs":12,"numDocsScanned":3456,"totalDocs":10000}
      """;

  @Test
  void theTableKeepsEveryDigitAndSaysWhatIsMissing() {
    assertThat(AnswerText.table(answer(ANSWER)))
        .isEqualTo(
            """
            city                     n     x  tags
            -----  -------------------  ----  ---------
            a,"b"  9223372036854775807   5.0  ["p","q"]
                                     1  null  []
            2 rows in 12 ms, 3,456 of 10,000 docs scanned; PARTIAL: rows may be missing""");
  }

  @Test
  void operatorsOfAnExplanationAreIndentedBelowTheirParents() {
    assertThat(
            AnswerText.table(
                answer(
                    """
                    {"resultTable":{"dataSchema":{
                      "columnNames":["Operator","Operator_Id","Parent_Id","Rows_Out"],
                      "columnDataTypes":["STRING","INT","INT","LONG"]},
                     "rows":[["BROKER_REDUCE",1,0,5],["COMBINE",2,1,5],["A",3,2,null],["B",4,1,7]]}}
                    """)))
        .startsWith(
            """
            Operator       Operator_Id  Parent_Id  Rows_Out
            -------------  -----------  ---------  --------
            BROKER_REDUCE            1          0         5
              COMBINE                2          1         5
                A                    3          2      null
              B                      4          1         7
            """);
  }

  @Test
  void onlyOperatorsAreWrappedToTheTerminalsWidth() {
    String explained =
        """
        {"resultTable":{"dataSchema":{
          "columnNames":["Operator","Operator_Id","Parent_Id"],
          "columnDataTypes":["STRING","INT","INT"]},
         "rows":[["BROKER_REDUCE",1,0],["FILTER: no inverted index on the column, so rows are looked at",2,1]]}}
        """;
    assertThat(AnswerText.table(answer(explained), 60))
        .startsWith(
            """
            Operator                              Operator_Id  Parent_Id
            ------------------------------------  -----------  ---------
            BROKER_REDUCE                                   1          0
              FILTER: no inverted index on the              2          1
                column, so rows are looked at
            """);
    String rows = explained.replace("Parent_Id", "Other");
    assertThat(AnswerText.table(answer(rows), 60)).isEqualTo(AnswerText.table(answer(rows)));
  }

  @Test
  void csvTellsNullFromEmptyTextAndQuotesWhatNeedsIt() {
    assertThat(AnswerText.csv(answer(ANSWER)))
        .isEqualTo(
            """
            city,n,x,tags
            "a,""b""\",9223372036854775807,5.0,"[""p"",""q""]"
            "",1,,[]""");
  }

  @Test
  void jsonIsTheWholeAnswerAsItCame() {
    assertThat(RestClient.JSON.readTree(AnswerText.json(answer(ANSWER))))
        .isEqualTo(RestClient.JSON.readTree(ANSWER));
  }

  @Test
  void anAnswerWithoutRowsOrTableIsStillAnAnswer() {
    QueryAnswer failed =
        answer("{\"exceptions\":[{\"errorCode\":190,\"message\":\"no table\"}],\"timeUsedMs\":1}");
    assertThat(failed.exceptions()).containsExactly("190: no table");
    assertThat(failed.hasTable()).isFalse();
    assertThat(AnswerText.table(failed)).isEqualTo("0 rows in 1 ms, 0 of 0 docs scanned");
  }

  private static QueryAnswer answer(String json) {
    return QueryAnswer.of(RestClient.JSON.readTree(json));
  }
}
