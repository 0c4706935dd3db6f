package io.gamay.segment.symbol;

import io.gamay.segment.format.SymbolLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Makes a table from some of a column's values: the same values in the same order give the same
 * table. Bytes that occur in others must be named besides. One thread.
 */
public final class SymbolTableBuilder {

  /** Bytes of sample beyond which no more is taken. */
  public static final int SAMPLE_BYTES = 1 << 14;

  private static final int ROUNDS = 5;

  /** Longer symbols must save this share of the sample, else single bytes do. */
  private static final double LEAST_GAIN = 0.03;

  private byte[] sample = new byte[SAMPLE_BYTES];
  private int sampleBytes;
  private int[] ends = new int[256];
  private int values;
  private final boolean[] occurs = new boolean[1 << 8];

  private record Symbol(long bytes, int length) {}

  /** Whether more of the sample would be taken. */
  public boolean hasRoom() {
    return sampleBytes < SAMPLE_BYTES;
  }

  /** Adds a value, or a part of one, to the sample; what does not fit is left out. */
  public void addSample(byte[] bytes, int from, int to) {
    int length = Math.min(to - from, SAMPLE_BYTES - sampleBytes);
    if (length == 0) {
      return;
    }
    System.arraycopy(bytes, from, sample, sampleBytes, length);
    sampleBytes += length;
    if (values == ends.length) {
      ends = Arrays.copyOf(ends, 2 * values);
    }
    ends[values++] = sampleBytes;
    addBytes(bytes, from, to);
  }

  /** Notes bytes that the table must have. */
  public void addBytes(byte[] bytes, int from, int to) {
    for (int index = from; index < to; index++) {
      occurs[bytes[index] & 0xff] = true;
    }
  }

  public int sampleBytes() {
    return sampleBytes;
  }

  /** Bits of the sample's codes in a table. */
  public long sampleBits(SymbolTable table) {
    SymbolEncoder encoder = new SymbolEncoder(table);
    long bits = 0;
    int from = 0;
    for (int value = 0; value < values; value++) {
      bits += encoder.bits(sample, from, ends[value]);
      from = ends[value];
    }
    return bits;
  }

  public SymbolTable build() {
    List<Symbol> singles = new ArrayList<>();
    for (int value = 0; value < occurs.length; value++) {
      if (occurs[value]) {
        singles.add(new Symbol(value, 1));
      }
    }
    if (singles.isEmpty()) {
      singles.add(new Symbol(0, 1));
    }
    SymbolTable ofSingles = withCodes(singles);
    List<Symbol> symbols = singles;
    for (int round = 0; round < ROUNDS; round++) {
      symbols = grow(symbols, singles);
    }
    SymbolTable grown = withCodes(used(symbols));
    long singleBits = sampleBits(ofSingles) + ofSingles.lengthBytes();
    long grownBits = sampleBits(grown) + grown.lengthBytes();
    return grownBits < singleBits * (1 - LEAST_GAIN) ? grown : ofSingles;
  }

  /** The symbols, and pairs of neighbours joined, that cover most of the sample. */
  private List<Symbol> grow(List<Symbol> symbols, List<Symbol> singles) {
    SymbolEncoder encoder = new SymbolEncoder(plain(symbols));
    Map<Symbol, Integer> covered = new HashMap<>();
    int from = 0;
    for (int value = 0; value < values; value++) {
      Symbol before = new Symbol(0, SymbolLayout.MAX_SYMBOL_BYTES);
      for (int at = from; at < ends[value]; ) {
        Symbol symbol = symbols.get(encoder.symbolAt(sample, at, ends[value]));
        covered.merge(symbol, symbol.length(), Integer::sum);
        int joinedLength = before.length() + symbol.length();
        if (joinedLength <= SymbolLayout.MAX_SYMBOL_BYTES) {
          Symbol joined =
              new Symbol(
                  before.bytes() | symbol.bytes() << (before.length() * Byte.SIZE), joinedLength);
          covered.merge(joined, joinedLength, Integer::sum);
        }
        before = symbol;
        at += symbol.length();
      }
      from = ends[value];
    }
    List<Symbol> longer = new ArrayList<>();
    covered.forEach(
        (symbol, bytes) -> {
          if (symbol.length() > 1 && bytes > 2 * symbol.length()) {
            longer.add(symbol);
          }
        });
    longer.sort(
        Comparator.<Symbol>comparingInt(symbol -> -covered.getOrDefault(symbol, 0))
            .thenComparingInt(Symbol::length)
            .thenComparingLong(Symbol::bytes));
    List<Symbol> grown = new ArrayList<>(singles);
    grown.addAll(
        longer.subList(0, Math.min(longer.size(), SymbolLayout.MAX_SYMBOLS - singles.size())));
    return grown;
  }

  /** Single bytes, and of the longer symbols those that the sample needs. */
  private List<Symbol> used(List<Symbol> symbols) {
    int[] counts = counts(symbols);
    List<Symbol> used = new ArrayList<>();
    for (int symbol = 0; symbol < counts.length; symbol++) {
      if (counts[symbol] > 0 || symbols.get(symbol).length() == 1) {
        used.add(symbols.get(symbol));
      }
    }
    return used;
  }

  private int[] counts(List<Symbol> symbols) {
    int[] counts = new int[symbols.size()];
    SymbolEncoder encoder = new SymbolEncoder(plain(symbols));
    int from = 0;
    for (int value = 0; value < values; value++) {
      for (int at = from; at < ends[value]; ) {
        int symbol = encoder.symbolAt(sample, at, ends[value]);
        counts[symbol]++;
        at += symbols.get(symbol).length();
      }
      from = ends[value];
    }
    return counts;
  }

  /** A table without codes, to find symbols with. */
  private static SymbolTable plain(List<Symbol> symbols) {
    return table(symbols, new int[symbols.size()]);
  }

  private SymbolTable withCodes(List<Symbol> symbols) {
    return table(symbols, codeBits(counts(symbols)));
  }

  private static SymbolTable table(List<Symbol> symbols, int[] codeBits) {
    return new SymbolTable(
        symbols.stream().mapToLong(Symbol::bytes).toArray(),
        symbols.stream().mapToInt(Symbol::length).toArray(),
        codeBits);
  }

  private record Node(long count, int order, int[] symbols) {}

  /**
   * Code lengths of a Huffman code, none above the limit: as long as one is, differences between
   * the counts are halved.
   */
  static int[] codeBits(int[] counts) {
    int[] weights = new int[counts.length];
    Arrays.setAll(weights, symbol -> Math.max(1, counts[symbol]));
    while (true) {
      int[] bits = huffman(weights);
      if (Arrays.stream(bits).max().orElse(1) <= SymbolLayout.MAX_CODE_BITS) {
        return bits;
      }
      Arrays.setAll(weights, symbol -> (weights[symbol] >> 1) + 1);
    }
  }

  private static int[] huffman(int[] weights) {
    int[] bits = new int[weights.length];
    if (weights.length == 1) {
      bits[0] = 1;
      return bits;
    }
    PriorityQueue<Node> nodes =
        new PriorityQueue<>(Comparator.comparingLong(Node::count).thenComparingInt(Node::order));
    for (int symbol = 0; symbol < weights.length; symbol++) {
      nodes.add(new Node(weights[symbol], symbol, new int[] {symbol}));
    }
    int order = weights.length;
    while (nodes.size() > 1) {
      Node left = nodes.remove();
      Node right = nodes.remove();
      int[] joined = Arrays.copyOf(left.symbols(), left.symbols().length + right.symbols().length);
      System.arraycopy(right.symbols(), 0, joined, left.symbols().length, right.symbols().length);
      for (int symbol : joined) {
        bits[symbol]++;
      }
      nodes.add(new Node(left.count() + right.count(), order++, joined));
    }
    return bits;
  }
}
