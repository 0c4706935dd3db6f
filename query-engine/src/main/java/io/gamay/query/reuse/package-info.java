/**
 * Results of sealed segments that are kept from one query to the next of the same plan. A plan and
 * sealed segments come in, their partial results leave, computed or as they were kept. Called by
 * servers.
 */
@NullMarked
package io.gamay.query.reuse;

import org.jspecify.annotations.NullMarked;
