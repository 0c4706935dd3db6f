/**
 * What people see: lines, aligned tables, progress bars. In: values; out: text on the stream it was
 * given.
 */
@NullMarked
package io.gamay.quickstart.console;

import org.jspecify.annotations.NullMarked;
