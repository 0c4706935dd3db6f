/**
 * Real processes of the build, under a test's control: start, wait until ready, kill, stop. In: a
 * main class or a jar, and arguments; out: a process whose output is in a file. Knows no other
 * module of ours.
 */
@NullMarked
package io.gamay.testkit.process;

import org.jspecify.annotations.NullMarked;
