/** Doubts about what is asked over HTTP. */
@NullMarked
package io.gamay.controller.web;

import org.jspecify.annotations.NullMarked;
