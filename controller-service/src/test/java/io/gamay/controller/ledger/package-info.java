/** Doubts about what is said of ledgers. */
@NullMarked
package io.gamay.controller.ledger;

import org.jspecify.annotations.NullMarked;
