@NullMarked
package io.gamay.quickstart.command;

import org.jspecify.annotations.NullMarked;
