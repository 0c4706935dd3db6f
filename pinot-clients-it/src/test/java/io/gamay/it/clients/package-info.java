/**
 * Pinot's own clients, as they are published, against a cluster of the build: what these clients
 * ask for is answered in the form that they read.
 */
@NullMarked
package io.gamay.it.clients;

import org.jspecify.annotations.NullMarked;
