/**
 * What is deleted and still kept for a while. A record in the deep store goes before the metadata;
 * a chore ends it, with the objects that it stands for.
 */
@NullMarked
package io.gamay.controller.deletion;

import org.jspecify.annotations.NullMarked;
