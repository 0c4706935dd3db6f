/** Doubts about the commit protocol. */
@NullMarked
package io.gamay.controller.commit;

import org.jspecify.annotations.NullMarked;
