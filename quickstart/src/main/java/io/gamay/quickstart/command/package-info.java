/**
 * The gamay command: one class per subcommand, which reads options, calls the rooms beside it,
 * prints, and returns an exit code. Nothing calls into this package.
 */
@NullMarked
package io.gamay.quickstart.command;

import org.jspecify.annotations.NullMarked;
