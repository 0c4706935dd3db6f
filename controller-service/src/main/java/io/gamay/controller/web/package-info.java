/**
 * The HTTP skin: Pinot's controller REST, and what servers report. Requests come in, answers of the
 * other rooms leave as JSON. Nothing here decides; blocking work runs on a bounded pool, never on
 * the event loop.
 */
@NullMarked
package io.gamay.controller.web;

import org.jspecify.annotations.NullMarked;
