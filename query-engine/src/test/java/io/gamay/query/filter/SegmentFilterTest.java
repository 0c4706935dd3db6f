package io.gamay.query.filter;

import static io.gamay.query.testing.Plans.constant;
import static io.gamay.query.testing.Plans.longs;
import static io.gamay.query.testing.Plans.reference;
import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.SegmentLeaves;
import io.gamay.query.plan.ResultType;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.And;
import io.gamay.query.plan.TypedExpression.Call;
import io.gamay.query.plan.TypedExpression.Comparison;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.plan.TypedExpression.Like;
import io.gamay.query.plan.TypedExpression.Not;
import io.gamay.query.plan.TypedExpression.Or;
import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.query.testing.Plans;
import io.gamay.query.testing.RowsSegment;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SegmentFilterTest {

  private static final ColumnSpec NAME = ColumnSpec.dimension("name", DataType.STRING);
  private static final ColumnSpec FARE = ColumnSpec.dimension("fare", DataType.LONG);

  @Test
  void noRowPassesWhereBoundsExcludeOneConditionWhateverAnIndexListsForAnother() {
    List<Value> fares = new ArrayList<>();
    for (int row = 0; row < 100; row++) {
      fares.addAll(longs(row));
    }
    RowsSegment segment = Plans.segment("s", 0, FARE, fares, RowsSegment.Shape.SEALED);
    TypedExpression listed = compare(ComparisonOperator.EQUAL, 7);
    TypedExpression excluded = compare(ComparisonOperator.GREATER, 1_000);
    assertThat(rows(listed, segment)).isEqualTo(1);
    assertThat(rows(new And(List.of(listed, excluded)), segment)).isZero();
    assertThat(rows(new And(List.of(excluded, listed)), segment)).isZero();
  }

  @Test
  void whatIsNullForEveryRowPassesNeitherAsItIsNorNegated() {
    Constant nothing = new Constant(Optional.empty(), ResultType.of(DataType.STRING));
    List<Value> names = new ArrayList<>();
    for (int row = 0; row < 100; row++) {
      names.add(new Value.StringValue("n" + row % 3));
    }
    for (RowsSegment.Shape shape : List.of(RowsSegment.Shape.SEALED, RowsSegment.Shape.MUTABLE)) {
      RowsSegment segment = Plans.segment("s", 0, NAME, names, shape);
      TypedExpression joined =
          new Call(
              "concat", List.of(nothing, reference(NAME)), ResultType.of(DataType.STRING), true);
      TypedExpression like = new Like(joined, "n%", Optional.empty(), false, false);
      assertThat(rows(like, segment)).isZero();
      assertThat(rows(new Not(like), segment)).isZero();
    }
  }

  @Test
  void patternsOfOneColumnAreOneTestHoweverManyThereAre() {
    List<Value> names = new ArrayList<>();
    for (int row = 0; row < 1_000; row++) {
      names.add(new Value.StringValue("n" + row % 100));
    }
    List<TypedExpression> patterns = new ArrayList<>();
    for (int ending = 0; ending < 50; ending++) {
      patterns.add(new Like(reference(NAME), "%" + ending, Optional.empty(), false, false));
    }
    TypedExpression any = new Or(patterns);
    RowsSegment sealed = Plans.segment("s", 0, NAME, names, RowsSegment.Shape.SEALED);
    SegmentFilter filter =
        SegmentFilter.of(Optional.of(any), new SegmentLeaves(sealed), QueryBudget.unlimited());
    assertThat(filter.explain().children()).hasSize(1);
    assertThat(filter.explain().children().getFirst().children()).isEmpty();
    for (RowsSegment.Shape shape : List.of(RowsSegment.Shape.SEALED, RowsSegment.Shape.MUTABLE)) {
      RowsSegment segment = Plans.segment("s", 0, NAME, names, shape);
      // "%0" to "%9" are the ending of every name.
      assertThat(rows(any, segment)).isEqualTo(1_000);
      assertThat(rows(new Not(any), segment)).isZero();
      TypedExpression some = new Or(patterns.subList(20, 50));
      assertThat(rows(some, segment)).isEqualTo(300);
      assertThat(rows(new Not(some), segment)).isEqualTo(700);
    }
  }

  private static TypedExpression compare(ComparisonOperator operator, long fare) {
    return new Comparison(operator, reference(FARE), constant(fare));
  }

  private static int rows(TypedExpression condition, RowsSegment segment) {
    DocIdSource docIds =
        SegmentFilter.of(
                Optional.of(condition), new SegmentLeaves(segment), QueryBudget.unlimited())
            .docIds();
    Block block = new Block();
    int rows = 0;
    while (docIds.next(block)) {
      rows += block.count();
    }
    return rows;
  }
}
