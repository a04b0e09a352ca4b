/**
 * Whether the histograms of a run are what was written: a decoder that believes a damaged one reads for ever,
 * or asks for all memory. HdrHistogram V2, compressed: a cookie and a length, then zlib; inside a header of
 * 40 bytes, then counts as zigzag LEB128, of which a negative one stands for that many bins without a count
 * (github.com/HdrHistogram/HdrHistogram, "V2 encoding").
 */
import { inflateSync } from 'node:zlib';
import { ResultFormatError, type StoredHistogram, type StoredRun } from '../../result.ts';
import { SHAPE } from '../../stats/encoded-histogram.ts';
import { HISTOGRAMS } from '../loop-result.ts';

const COMPRESSED_COOKIE = 0x1c849304;
const COOKIE = 0x1c849303;
/** Of a cookie, the bits that are no version. */
const COOKIE_MASK = 0xffffff0f;
const OUTER_HEADER_BYTES = 8;
const HEADER_BYTES = 40;
/** All bins there can be, a few bytes each. */
const MOST_BYTES = 1 << 20;
/**
 * Two powers of two of sub-buckets, and half of that for each further power of two up to an hour of
 * nanoseconds.
 */
const MOST_BINS = 1 << 16;

/** @throws ResultFormatError that names the trial and the histogram. */
export function checkHistograms(run: StoredRun): StoredRun {
  for (const trial of [...run.trials, ...(run.steps ?? []).map((step) => step.trial)]) {
    if (trial?.status !== 'measured') continue;
    for (const part of HISTOGRAMS) {
      const histogram = trial[part];
      const fault = histogram && faultOf(histogram);
      if (fault === undefined) continue;
      const { workload, model } = trial.cell;
      const message = `the histogram ${part} of ${workload}, ${model}, trial ${trial.trial} is damaged: ${fault}`;
      throw new ResultFormatError(message, { fault: 'damaged', writtenBy: run.header.environment.iobench });
    }
  }
  return run;
}

/** What is wrong with a stored histogram; `undefined` where it can be decoded. */
export function faultOf({ hdr }: StoredHistogram): string | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(hdr) || hdr.length % 4 !== 0) return 'it is not base64';
  const outer = Buffer.from(hdr, 'base64');
  if (outer.length < OUTER_HEADER_BYTES || (outer.readInt32BE(0) & COOKIE_MASK) !== COMPRESSED_COOKIE)
    return 'it is no HdrHistogram';
  if (outer.readInt32BE(4) !== outer.length - OUTER_HEADER_BYTES) return 'its length is another one';
  try {
    return faultInside(inflateSync(outer.subarray(OUTER_HEADER_BYTES), { maxOutputLength: MOST_BYTES }));
  } catch {
    return 'it cannot be decompressed';
  }
}

function faultInside(inner: Buffer): string | undefined {
  if (inner.length < HEADER_BYTES || (inner.readInt32BE(0) & COOKIE_MASK) !== COOKIE)
    return 'it is no HdrHistogram';
  if (inner.readInt32BE(4) !== inner.length - HEADER_BYTES) return 'its length is another one';
  const isOurs =
    inner.readInt32BE(12) === SHAPE.numberOfSignificantValueDigits &&
    inner.readBigInt64BE(16) === BigInt(SHAPE.lowestDiscernibleValue) &&
    inner.readBigInt64BE(24) === BigInt(SHAPE.highestTrackableValue);
  return isOurs ? faultOfCounts(inner.subarray(HEADER_BYTES)) : 'it has another shape';
}

function faultOfCounts(bytes: Buffer): string | undefined {
  let bins = 0;
  let total = 0;
  for (let at = 0; at < bytes.length; ) {
    const { value, length } = readCount(bytes, at);
    if (length === 0) return 'a count is cut off';
    at += length;
    bins += value < 0 ? -value : 1;
    total += Math.max(0, value);
    if (bins > MOST_BINS || total > Number.MAX_SAFE_INTEGER)
      return 'it has more bins, or more counts, than there can be';
  }
  return undefined;
}

/** Zigzag LEB128 of at most nine bytes; the length is 0 where it is cut off. */
function readCount(bytes: Buffer, at: number): { value: number; length: number } {
  let raw = 0n;
  for (let length = 1; length <= 9; length++) {
    const byte = bytes[at + length - 1];
    if (byte === undefined) return { value: 0, length: 0 };
    const isLast = byte < 0x80 || length === 9;
    raw |= BigInt(length === 9 ? byte : byte & 0x7f) << BigInt(7 * (length - 1));
    if (isLast) return { value: Number((raw >> 1n) ^ -(raw & 1n)), length };
  }
  return { value: 0, length: 0 };
}
