/** Pinot's query endpoints: requests in, answers out as JSON. */
@NullMarked
package io.gamay.broker.web;

import org.jspecify.annotations.NullMarked;
