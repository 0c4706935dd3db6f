@NullMarked
package io.gamay.quickstart.zookeeper;

import org.jspecify.annotations.NullMarked;
