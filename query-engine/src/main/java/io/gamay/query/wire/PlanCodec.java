package io.gamay.query.wire;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.AggregateCall.EmptyHabit;
import io.gamay.query.plan.AggregateFunction;
import io.gamay.query.plan.FinishPlan;
import io.gamay.query.plan.FunctionCalls;
import io.gamay.query.plan.GroupTrim;
import io.gamay.query.plan.ResultType;
import io.gamay.query.plan.ServerPlan;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.SortKey;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.AggregateReference;
import io.gamay.query.plan.TypedExpression.And;
import io.gamay.query.plan.TypedExpression.AnyBetween;
import io.gamay.query.plan.TypedExpression.Arithmetic;
import io.gamay.query.plan.TypedExpression.Branch;
import io.gamay.query.plan.TypedExpression.Call;
import io.gamay.query.plan.TypedExpression.Case;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.plan.TypedExpression.Comparison;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.plan.TypedExpression.Convert;
import io.gamay.query.plan.TypedExpression.InSet;
import io.gamay.query.plan.TypedExpression.IsNull;
import io.gamay.query.plan.TypedExpression.KeyReference;
import io.gamay.query.plan.TypedExpression.Like;
import io.gamay.query.plan.TypedExpression.Not;
import io.gamay.query.plan.TypedExpression.Or;
import io.gamay.query.plan.TypedExpression.VirtualColumn;
import io.gamay.query.plan.TypedExpression.VirtualColumnKind;
import io.gamay.query.sql.Expression.ArithmeticOperator;
import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.segment.schema.BigDecimalCodec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.util.List;
import java.util.Optional;

/** Plans as bytes. A value follows the name of its {@link StoredType}. */
public final class PlanCodec {

  /** "GMPL": a plan by itself. */
  private static final int MAGIC = 0x4c504d47;

  private static final int VERSION = 2;

  private static final int SELECT = 0;
  private static final int AGGREGATE = 1;
  private static final int GROUP_BY = 2;
  private static final int GROUPING_SETS = 3;

  private static final int COLUMN = 0;
  private static final int VIRTUAL = 1;
  private static final int CONSTANT = 2;
  private static final int KEY = 3;
  private static final int AGGREGATE_RESULT = 4;
  private static final int CONVERT = 5;
  private static final int ARITHMETIC = 6;
  private static final int COMPARISON = 7;
  private static final int IN_SET = 8;
  private static final int LIKE = 9;
  private static final int IS_NULL = 10;
  private static final int AND = 11;
  private static final int OR = 12;
  static final int NOT = 13;
  private static final int CASE = 14;
  private static final int ANY_BETWEEN = 15;
  private static final int CALL = 16;

  private PlanCodec() {}

  /** Plans that may answer differently have different bytes. */
  public static byte[] encode(ServerPlan plan) {
    WireWriter out = new WireWriter(MAGIC, VERSION);
    write(out, plan);
    return out.finish();
  }

  static void write(WireWriter out, ServerPlan plan) {
    out.text(plan.table());
    out.signed(plan.schemaVersion());
    out.optional(plan.filter(), PlanCodec::writeExpression);
    writeWork(out, plan.work());
  }

  static ServerPlan read(WireReader in) {
    return new ServerPlan(
        in.text(), in.signedInt(), in.optional(PlanCodec::readExpression), readWork(in));
  }

  static void writeFinish(WireWriter out, FinishPlan plan) {
    out.optional(plan.having(), PlanCodec::writeExpression);
    out.list(plan.orderBy(), PlanCodec::writeSortKey);
    out.list(plan.distinctBy(), PlanCodec::writeExpression);
    out.unsigned(plan.rowLimit());
  }

  static FinishPlan readFinish(WireReader in) {
    return new FinishPlan(
        in.optional(PlanCodec::readExpression),
        in.list(PlanCodec::readSortKey),
        in.list(PlanCodec::readExpression),
        in.counted());
  }

  static void writeTrim(WireWriter out, GroupTrim trim) {
    out.list(trim.orderBy(), PlanCodec::writeSortKey);
    out.signed(trim.segmentGroups());
    out.signed(trim.serverGroups());
    out.signed(trim.brokerGroups());
    out.signed(trim.threshold());
  }

  static GroupTrim readTrim(WireReader in) {
    return new GroupTrim(
        in.list(PlanCodec::readSortKey),
        in.signedInt(),
        in.signedInt(),
        in.signedInt(),
        in.signedInt());
  }

  private static void writeWork(WireWriter out, ServerWork work) {
    switch (work) {
      case ServerWork.Select(
              List<TypedExpression> columns,
              List<SortKey> orderBy,
              long rowLimit) -> {
        out.tag(SELECT);
        out.list(columns, PlanCodec::writeExpression);
        out.list(orderBy, PlanCodec::writeSortKey);
        out.unsigned(rowLimit);
      }
      case ServerWork.Aggregate(List<AggregateCall> aggregates) -> {
        out.tag(AGGREGATE);
        out.list(aggregates, PlanCodec::writeCall);
      }
      case ServerWork.GroupBy(
              List<TypedExpression> keys,
              List<AggregateCall> aggregates,
              int groupLimit,
              boolean leavesOut,
              List<List<Integer>> groupingSets) -> {
        out.tag(groupingSets.isEmpty() ? GROUP_BY : GROUPING_SETS);
        out.list(keys, PlanCodec::writeExpression);
        out.list(aggregates, PlanCodec::writeCall);
        out.signed(groupLimit);
        out.bool(leavesOut);
        if (!groupingSets.isEmpty()) {
          out.list(groupingSets, (writer, set) -> writer.list(set, WireWriter::count));
        }
      }
    }
  }

  private static ServerWork readWork(WireReader in) {
    int tag = in.tag();
    return switch (tag) {
      case SELECT ->
          new ServerWork.Select(
              in.list(PlanCodec::readExpression), in.list(PlanCodec::readSortKey), in.counted());
      case AGGREGATE -> new ServerWork.Aggregate(in.list(PlanCodec::readCall));
      case GROUP_BY ->
          new ServerWork.GroupBy(
              in.list(PlanCodec::readExpression),
              in.list(PlanCodec::readCall),
              groupLimit(in),
              in.bool(),
              List.of());
      case GROUPING_SETS ->
          groupingSets(
              in.list(PlanCodec::readExpression),
              in.list(PlanCodec::readCall),
              groupLimit(in),
              in.bool(),
              in.list(reader -> reader.list(PlanCodec::readIndex)));
      default -> throw new WireFormatException("unknown work " + tag);
    };
  }

  private static ServerWork.GroupBy groupingSets(
      List<TypedExpression> keys,
      List<AggregateCall> aggregates,
      int groupLimit,
      boolean leavesOut,
      List<List<Integer>> sets) {
    for (List<Integer> set : sets) {
      int previous = -1;
      for (int index : set) {
        if (index <= previous || index >= keys.size() - 1) {
          throw new WireFormatException("grouping set " + set + " of " + keys.size() + " keys");
        }
        previous = index;
      }
    }
    if (sets.isEmpty() || keys.isEmpty()) {
      throw new WireFormatException("grouping sets that are none, or without their number");
    }
    return new ServerWork.GroupBy(keys, aggregates, groupLimit, leavesOut, sets);
  }

  private static int groupLimit(WireReader in) {
    int limit = in.signedInt();
    if (limit < 1) {
      throw new WireFormatException("limit of %d groups".formatted(limit));
    }
    return limit;
  }

  private static int readIndex(WireReader in) {
    long index = in.counted();
    if (index > Short.MAX_VALUE) {
      throw new WireFormatException("not the index of a key: " + index);
    }
    return (int) index;
  }

  private static void writeSortKey(WireWriter out, SortKey key) {
    writeExpression(out, key.expression());
    out.bool(key.descending());
    out.bool(key.nullsFirst());
  }

  private static SortKey readSortKey(WireReader in) {
    return new SortKey(readExpression(in), in.bool(), in.bool());
  }

  private static void writeCall(WireWriter out, AggregateCall call) {
    out.code(call.function());
    out.list(call.arguments(), PlanCodec::writeExpression);
    out.list(call.parameters(), PlanCodec::writeValue);
    out.optional(call.filter(), PlanCodec::writeExpression);
    writeType(out, call.type());
    out.bool(call.isNullable());
    out.code(call.emptyHabit());
  }

  private static AggregateCall readCall(WireReader in) {
    return new AggregateCall(
        in.code(AggregateFunction.values()),
        in.list(PlanCodec::readExpression),
        in.list(PlanCodec::readValue),
        in.optional(PlanCodec::readExpression),
        readType(in),
        in.bool(),
        in.code(EmptyHabit.values()));
  }

  private static void writeType(WireWriter out, ResultType type) {
    out.code(type.element());
    out.bool(type.isArray());
  }

  private static ResultType readType(WireReader in) {
    return new ResultType(in.code(DataType.values()), in.bool());
  }

  static void writeValue(WireWriter out, Value value) {
    out.code(value.storedType());
    switch (value) {
      case Value.IntValue(int v) -> out.signed(v);
      case Value.LongValue(long v) -> out.signed(v);
      case Value.FloatValue(float v) -> out.fixedInt(Float.floatToIntBits(v));
      case Value.DoubleValue(double v) -> out.real(v);
      case Value.StringValue(String v) -> out.text(v);
      case Value.BytesValue(byte[] v) -> out.bytes(v, 0, v.length);
      case Value.BigDecimalValue(var v) -> {
        byte[] encoded = BigDecimalCodec.encode(v);
        out.bytes(encoded, 0, encoded.length);
      }
    }
  }

  static Value readValue(WireReader in) {
    return switch (in.code(StoredType.values())) {
      case INT -> new Value.IntValue(in.signedInt());
      case LONG -> new Value.LongValue(in.signed());
      case FLOAT -> new Value.FloatValue(Float.intBitsToFloat(in.fixedInt()));
      case DOUBLE -> new Value.DoubleValue(in.real());
      case STRING -> new Value.StringValue(in.text());
      case BYTES -> new Value.BytesValue(in.bytes());
      case BIG_DECIMAL -> {
        byte[] encoded = in.bytes();
        yield new Value.BigDecimalValue(DecimalBytes.decode(encoded, 0, encoded.length));
      }
    };
  }

  private static Value readValue(WireReader in, ResultType type) {
    Value value = readValue(in);
    if (value.storedType() != type.element().storedType()) {
      throw new WireFormatException(
          "%s among expressions of %s".formatted(value.storedType(), type.displayName()));
    }
    return value;
  }

  static void writeExpression(WireWriter out, TypedExpression expression) {
    out.enter();
    writeAny(out, expression);
    out.leave();
  }

  private static void writeAny(WireWriter out, TypedExpression expression) {
    switch (expression) {
      case ColumnReference(String column, ResultType type, boolean isNullable, Value standard) -> {
        out.tag(COLUMN);
        out.text(column);
        writeType(out, type);
        out.bool(isNullable);
        writeValue(out, standard);
      }
      case VirtualColumn(VirtualColumnKind kind) -> {
        out.tag(VIRTUAL);
        out.code(kind);
      }
      case Constant(Optional<Value> value, ResultType type) -> {
        out.tag(CONSTANT);
        writeType(out, type);
        out.optional(value, PlanCodec::writeValue);
      }
      case KeyReference(int index, ResultType type, boolean isNullable) -> {
        out.tag(KEY);
        out.signed(index);
        writeType(out, type);
        out.bool(isNullable);
      }
      case AggregateReference(int index, ResultType type, boolean isNullable) -> {
        out.tag(AGGREGATE_RESULT);
        out.signed(index);
        writeType(out, type);
        out.bool(isNullable);
      }
      case Convert(TypedExpression operand, DataType target) -> {
        out.tag(CONVERT);
        writeExpression(out, operand);
        out.code(target);
      }
      case Arithmetic(
              ArithmeticOperator operator,
              TypedExpression left,
              TypedExpression right,
              ResultType type) -> {
        out.tag(ARITHMETIC);
        out.code(operator);
        writeExpression(out, left);
        writeExpression(out, right);
        writeType(out, type);
      }
      case Comparison(ComparisonOperator operator, TypedExpression left, TypedExpression right) -> {
        out.tag(COMPARISON);
        out.code(operator);
        writeExpression(out, left);
        writeExpression(out, right);
      }
      case AnyBetween(
              TypedExpression operand,
              TypedExpression low,
              TypedExpression high,
              boolean negated) -> {
        out.tag(ANY_BETWEEN);
        writeExpression(out, operand);
        writeExpression(out, low);
        writeExpression(out, high);
        out.bool(negated);
      }
      case InSet(TypedExpression operand, List<Value> values, boolean hasNull, boolean negated) -> {
        out.tag(IN_SET);
        writeExpression(out, operand);
        out.list(values, PlanCodec::writeValue);
        out.bool(hasNull);
        out.bool(negated);
      }
      case Like(
              TypedExpression operand,
              String pattern,
              Optional<Character> escape,
              boolean caseInsensitive,
              boolean negated) -> {
        out.tag(LIKE);
        writeExpression(out, operand);
        out.text(pattern);
        out.optional(escape, (writer, character) -> writer.count(character));
        out.bool(caseInsensitive);
        out.bool(negated);
      }
      case Call(
              String function,
              List<TypedExpression> arguments,
              ResultType type,
              boolean isNullable) -> {
        out.tag(CALL);
        out.text(function);
        out.list(arguments, PlanCodec::writeExpression);
        writeType(out, type);
        out.bool(isNullable);
      }
      case IsNull(TypedExpression operand, boolean negated) -> {
        out.tag(IS_NULL);
        writeExpression(out, operand);
        out.bool(negated);
      }
      case And(List<TypedExpression> operands) -> {
        out.tag(AND);
        out.list(operands, PlanCodec::writeExpression);
      }
      case Or(List<TypedExpression> operands) -> {
        out.tag(OR);
        out.list(operands, PlanCodec::writeExpression);
      }
      case Not(TypedExpression operand) -> {
        out.tag(NOT);
        writeExpression(out, operand);
      }
      case Case(List<Branch> branches, Optional<TypedExpression> otherwise, ResultType type) -> {
        out.tag(CASE);
        out.list(branches, PlanCodec::writeBranch);
        out.optional(otherwise, PlanCodec::writeExpression);
        writeType(out, type);
      }
    }
  }

  private static void writeBranch(WireWriter out, Branch branch) {
    writeExpression(out, branch.condition());
    writeExpression(out, branch.result());
  }

  static TypedExpression readExpression(WireReader in) {
    in.enter();
    TypedExpression expression = readAny(in);
    in.leave();
    return expression;
  }

  private static TypedExpression readAny(WireReader in) {
    int tag = in.tag();
    return switch (tag) {
      case COLUMN -> {
        String column = in.text();
        ResultType type = readType(in);
        yield new ColumnReference(column, type, in.bool(), readValue(in, type));
      }
      case VIRTUAL -> new VirtualColumn(in.code(VirtualColumnKind.values()));
      case CONSTANT -> {
        ResultType type = readType(in);
        yield new Constant(in.optional(reader -> readValue(reader, type)), type);
      }
      case KEY -> new KeyReference(in.signedInt(), readType(in), in.bool());
      case AGGREGATE_RESULT -> new AggregateReference(in.signedInt(), readType(in), in.bool());
      case CONVERT -> new Convert(readExpression(in), in.code(DataType.values()));
      case ARITHMETIC ->
          new Arithmetic(
              in.code(ArithmeticOperator.values()),
              readExpression(in),
              readExpression(in),
              readType(in));
      case COMPARISON ->
          new Comparison(
              in.code(ComparisonOperator.values()), readExpression(in), readExpression(in));
      case ANY_BETWEEN ->
          new AnyBetween(readExpression(in), readExpression(in), readExpression(in), in.bool());
      case IN_SET -> {
        TypedExpression operand = readExpression(in);
        yield new InSet(
            operand, in.list(reader -> readValue(reader, operand.type())), in.bool(), in.bool());
      }
      case LIKE ->
          new Like(
              readExpression(in),
              in.text(),
              in.optional(PlanCodec::readCharacter),
              in.bool(),
              in.bool());
      case CALL -> readFunction(in);
      case IS_NULL -> new IsNull(readExpression(in), in.bool());
      case AND -> new And(in.list(PlanCodec::readExpression));
      case OR -> new Or(in.list(PlanCodec::readExpression));
      case NOT -> new Not(readExpression(in));
      case CASE ->
          new Case(
              in.list(PlanCodec::readBranch), in.optional(PlanCodec::readExpression), readType(in));
      default -> throw new WireFormatException("unknown expression " + tag);
    };
  }

  /** A function that this process does not know, or not with such arguments, is no plan. */
  private static Call readFunction(WireReader in) {
    Call call = new Call(in.text(), in.list(PlanCodec::readExpression), readType(in), in.bool());
    if (!FunctionCalls.isValid(call)) {
      throw new WireFormatException("no function " + call.function() + " of such arguments");
    }
    return call;
  }

  private static Branch readBranch(WireReader in) {
    return new Branch(readExpression(in), readExpression(in));
  }

  private static Character readCharacter(WireReader in) {
    long character = in.counted();
    if (character > Character.MAX_VALUE) {
      throw new WireFormatException("not a character: " + character);
    }
    return (char) character;
  }
}
