package io.gamay.query.filter;

/** Tells from a column's zone map what a test of its stored values can be; NULLs not considered. */
@FunctionalInterface
interface ZoneTest {

  ZoneVerdict verdict(int zone);
}
