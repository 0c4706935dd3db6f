package io.gamay.query.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One step of how a query is run, above those that it takes its rows from.
 *
 * @param name what is done to what, as {@code FILTER_AND} or {@code PROJECT(city, fare)}
 * @param clauses how it is done, and why so
 */
public record Operator(
    String name, List<Clause> clauses, Measure measure, List<Operator> children) {

  public Operator {
    clauses = List.copyOf(clauses);
    children = List.copyOf(children);
  }

  /** What was not measured. */
  public static Operator of(String name, List<Clause> clauses, Operator... children) {
    return new Operator(name, clauses, Measure.NONE, List.of(children));
  }

  /** Operators of equal shapes differ in nothing but numbers. */
  record Shape(String name, List<String> words, List<Shape> children) {}

  Shape shape() {
    return new Shape(
        name,
        clauses.stream().map(Clause::words).toList(),
        children.stream().map(Operator::shape).toList());
  }

  /** Of both, which are alike. */
  Operator plus(Operator other) {
    List<Clause> told = new ArrayList<>(clauses.size());
    for (int index = 0; index < clauses.size(); index++) {
      told.add(clauses.get(index).plus(other.clauses.get(index)));
    }
    List<Operator> operands = new ArrayList<>(children.size());
    for (int index = 0; index < children.size(); index++) {
      operands.add(children.get(index).plus(other.children.get(index)));
    }
    return new Operator(name, told, measure.plus(other.measure), operands);
  }

  /** One line. */
  public String text() {
    return clauses.isEmpty()
        ? name
        : name + ": " + clauses.stream().map(Clause::text).collect(Collectors.joining("; "));
  }
}
