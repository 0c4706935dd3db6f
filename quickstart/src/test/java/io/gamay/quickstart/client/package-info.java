@NullMarked
package io.gamay.quickstart.client;

import org.jspecify.annotations.NullMarked;
