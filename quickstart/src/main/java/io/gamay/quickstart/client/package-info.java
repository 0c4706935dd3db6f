/**
 * What the command asks of a running cluster over HTTP: controller and broker in Pinot's REST
 * forms. In: addresses and texts; out: JSON and query answers.
 */
@NullMarked
package io.gamay.quickstart.client;

import org.jspecify.annotations.NullMarked;
