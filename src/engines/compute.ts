import { createHash } from 'node:crypto';
import type { Compute } from '../operations.ts';

const block = Buffer.alloc(64 * 1024, 'iobench');

/**
 * A fixed amount of work for the CPU that runs it, whatever else the machine does: SHA-256 over `bytes`
 * bytes.
 */
export function compute({ bytes }: Compute): void {
  const hash = createHash('sha256');
  for (let left = bytes; left > 0; left -= block.length) {
    hash.update(left < block.length ? block.subarray(0, left) : block);
  }
  hash.digest();
}
