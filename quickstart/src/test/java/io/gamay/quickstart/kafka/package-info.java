@NullMarked
package io.gamay.quickstart.kafka;

import org.jspecify.annotations.NullMarked;
