/**
 * The scalar functions: one registry of names, signatures, bodies and documentation. The planner
 * asks it which function a call means; compiled expressions ask it for a body, which turns vectors
 * of arguments into a vector of results. Knows vectors and schema types, no plans.
 */
@NullMarked
package io.gamay.query.function;

import org.jspecify.annotations.NullMarked;
