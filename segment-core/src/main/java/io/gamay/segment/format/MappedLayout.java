package io.gamay.segment.format;

/**
 * The layout of dictIds that follow from those of another column: that column's position in the
 * schema (8 bytes), then, in the form of {@link PackedLayout}, for each of its dictIds the dictId
 * of this column.
 */
public final class MappedLayout {

  public static final int HEADER_BYTES = 8;

  private MappedLayout() {}
}
