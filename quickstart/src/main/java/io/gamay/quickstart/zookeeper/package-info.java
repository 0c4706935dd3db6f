/** A real ZooKeeper inside this JVM. In: a port and a directory; out: a connect string. */
@NullMarked
package io.gamay.quickstart.zookeeper;

import org.jspecify.annotations.NullMarked;
