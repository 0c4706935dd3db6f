package io.gamay.query.wire;

import io.gamay.query.explain.Amount;
import io.gamay.query.explain.Clause;
import io.gamay.query.explain.Measure;
import io.gamay.query.explain.Operator;
import io.gamay.query.explain.ServerExplanation;
import java.util.OptionalLong;

/** How servers run queries, as bytes. */
final class ExplanationCodec {

  private ExplanationCodec() {}

  static void write(WireWriter out, ServerExplanation explanation) {
    writeOperator(out, explanation.root());
    out.unsigned(explanation.emptyFilterSegments());
    out.unsigned(explanation.matchAllFilterSegments());
    out.unsigned(explanation.nanos());
  }

  static ServerExplanation read(WireReader in) {
    return new ServerExplanation(
        readOperator(in), in.counted(), in.counted(), in.counted(), OptionalLong.empty());
  }

  private static void writeOperator(WireWriter out, Operator operator) {
    out.enter();
    out.text(operator.name());
    out.list(operator.clauses(), ExplanationCodec::writeClause);
    writeNumber(out, operator.measure().rowsIn());
    writeNumber(out, operator.measure().rowsOut());
    writeNumber(out, operator.measure().nanos());
    writeNumber(out, operator.measure().bytes());
    out.list(operator.children(), ExplanationCodec::writeOperator);
    out.leave();
  }

  private static Operator readOperator(WireReader in) {
    in.enter();
    Operator operator =
        new Operator(
            in.text(),
            in.list(ExplanationCodec::readClause),
            new Measure(readNumber(in), readNumber(in), readNumber(in), readNumber(in)),
            in.list(ExplanationCodec::readOperator));
    in.leave();
    return operator;
  }

  private static void writeClause(WireWriter out, Clause clause) {
    out.text(clause.words());
    out.list(clause.amounts(), ExplanationCodec::writeAmount);
  }

  private static Clause readClause(WireReader in) {
    return new Clause(in.text(), in.list(ExplanationCodec::readAmount));
  }

  private static void writeAmount(WireWriter out, Amount amount) {
    out.bool(amount.isSum());
    out.signed(amount.low());
    out.signed(amount.high());
  }

  private static Amount readAmount(WireReader in) {
    return new Amount(in.bool(), in.signed(), in.signed());
  }

  private static void writeNumber(WireWriter out, OptionalLong number) {
    out.bool(number.isPresent());
    number.ifPresent(out::unsigned);
  }

  private static OptionalLong readNumber(WireReader in) {
    return in.bool() ? OptionalLong.of(in.counted()) : OptionalLong.empty();
  }
}
