/** Doubts about the controller as a whole. */
@NullMarked
package io.gamay.controller;

import org.jspecify.annotations.NullMarked;
