@NullMarked
package io.gamay.cluster.view;

import org.jspecify.annotations.NullMarked;
