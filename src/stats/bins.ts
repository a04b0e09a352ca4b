/**
 * The bins of histograms of nanoseconds: those of HdrHistogram (Tene) with three significant digits, from
 * zero to an hour. They are found by the bits of a floating-point number, which are a logarithmic scale that
 * is linear within each octave.
 */
import os from 'node:os';

export const LONGEST_NS = 3_600e9;

/**
 * The top bits of a number: its exponent, and so much of its mantissa that each octave has 1024 bins, as
 * three digits need.
 */
const MANTISSA_BITS = 10;
const SHIFT = 20 - MANTISSA_BITS;
/** The bits of a half, the lowest number that is looked up. */
const BIAS = 1022 << MANTISSA_BITS;
const float = new Float64Array(1);
const words = new Int32Array(float.buffer);
const HIGH_WORD = os.endianness() === 'LE' ? 1 : 0;
const LOW_WORD = 1 - HIGH_WORD;

/**
 * A duration's bin; of one that is below zero, above an hour or no number, none of them. A half more than the
 * duration is looked up: cut to a whole number when it is read, it is the duration rounded.
 */
export function binOf(ns: number): number {
  float[0] = ns + 0.5;
  return ((words[HIGH_WORD] as number) >> SHIFT) - BIAS;
}

/** The lowest whole value of a bin. */
export function lowestOf(bin: number): number {
  words[LOW_WORD] = 0;
  words[HIGH_WORD] = (bin + BIAS) << SHIFT;
  return Math.floor(float[0] as number);
}

export const BINS = binOf(LONGEST_NS) + 1;

/**
 * The nearest duration that has a bin.
 * @throws RangeError if it is not a number.
 */
export function bounded(ns: number): number {
  if (Number.isNaN(ns)) throw new RangeError('a duration is not a number');
  return Math.min(Math.max(ns, 0), LONGEST_NS);
}
