/** The file of a run: as it is written, or compressed by gzip(1) for keeping. */
import { closeSync, openSync, readFileSync, readSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { ResultFormatError } from '../../result.ts';

export const RUN_FILE = 'run.jsonl';
/** Where a folder has both, the one that is written to is the run. */
const NAMES = [RUN_FILE, `${RUN_FILE}.gz`] as const;

/**
 * What a compressed run may come to: a file of a few megabytes can claim to hold more than there is memory.
 */
const MOST_BYTES = 1 << 29;
/** A header is one line; a longer one is none of ours. */
const LONGEST_HEADER = 1 << 18;
const FIRST_PIECE = 1 << 14;

export const isRunFile = (file: string): boolean =>
  (NAMES as readonly string[]).includes(path.basename(file));

/** A run's file in its folder; `undefined` where there is none. A pipe of that name would be waited for. */
export function runFileIn(folder: string): string | undefined {
  return NAMES.map((name) => path.join(folder, name)).find((file) => statIfThere(file)?.isFile() === true);
}

export function statIfThere(file: string): Stats | undefined {
  try {
    return statSync(file);
  } catch {
    return undefined;
  }
}

/**
 * The bytes of a run's lines.
 * @throws ResultFormatError if it is compressed, and damaged or too large.
 */
export function readLines(file: string): Uint8Array {
  const bytes = readFileSync(file);
  if (!isCompressed(bytes)) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const message =
      code === 'ERR_BUFFER_TOO_LARGE'
        ? `it is compressed, and would be more than ${MOST_BYTES >> 20} MiB`
        : 'it is compressed, and damaged';
    throw new ResultFormatError(message, { fault: 'damaged' });
  }
}

/**
 * The first line, without reading more than that takes: most headers are shorter than a first piece, and what
 * is longer than the longest is cut.
 */
export function readFirstLine(file: string): string {
  const descriptor = openSync(file, 'r');
  try {
    let text = '';
    for (let length = FIRST_PIECE; length <= LONGEST_HEADER; length *= 4) {
      const buffer = Buffer.allocUnsafe(length);
      text = uncompressed(buffer.subarray(0, readSync(descriptor, buffer, 0, length, 0))).toString('utf8');
      const end = text.indexOf('\n');
      if (end >= 0) return text.slice(0, end);
    }
    return text;
  } finally {
    closeSync(descriptor);
  }
}

/** A first piece, which may end anywhere. */
const uncompressed = (piece: Buffer): Buffer =>
  isCompressed(piece)
    ? gunzipSync(piece, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MOST_BYTES })
    : piece;

/** RFC 1952, 2.3.1. */
const isCompressed = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;
