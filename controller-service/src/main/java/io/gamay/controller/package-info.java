/** Decides, and records what it decided: tables, assignment, commit, retention. */
@NullMarked
package io.gamay.controller;

import org.jspecify.annotations.NullMarked;
