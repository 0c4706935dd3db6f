/**
 * The end of consuming segments. Servers' reports come in, answers leave; what is decided is in
 * metadata before anybody is told. Deciding is pure ({@link
 * io.gamay.controller.commit.CommitStateMachine}), writing is one transaction per decision, and all
 * of it happens on one thread. Called by the web skin and by the reconcile loop.
 */
@NullMarked
package io.gamay.controller.commit;

import org.jspecify.annotations.NullMarked;
