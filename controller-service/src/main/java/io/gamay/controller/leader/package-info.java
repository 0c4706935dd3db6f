/**
 * Who leads. A leader's term comes out; every room that writes asks for it before it decides, and
 * puts its fence into the transaction.
 */
@NullMarked
package io.gamay.controller.leader;

import org.jspecify.annotations.NullMarked;
