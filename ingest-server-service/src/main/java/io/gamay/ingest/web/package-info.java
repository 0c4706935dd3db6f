/** The HTTP skin of the server: requests of brokers, controllers and people, never of clients. */
@NullMarked
package io.gamay.ingest.web;

import org.jspecify.annotations.NullMarked;
