/** Spring configuration: settings come in, the rooms' objects leave, connected. */
@NullMarked
package io.gamay.ingest.wiring;

import org.jspecify.annotations.NullMarked;
