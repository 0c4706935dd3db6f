/**
 * Byte strings as codes of symbols: short pieces that occur often get short codes. Values come in
 * from the writers of the rooms {@code dictionary} and {@code forward} and leave as bits; one table
 * of symbols serves a whole column. After FSST (Boncz, Neumann and Leis, "FSST: Fast Random Access
 * String Compression", PVLDB 13/11), with a Huffman code in place of FSST's one byte per symbol.
 */
@NullMarked
package io.gamay.segment.symbol;

import org.jspecify.annotations.NullMarked;
