/** The file that the file workloads read and write, and buffers that fit `O_DIRECT`. */
import { open, statfs } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../errors.ts';
import type { OpenOptions } from '../operations.ts';
import type { Random } from './workload.ts';

export interface DataFile {
  readonly path: string;
  readonly blocks: number;
  readonly blockSize: number;
  readonly direct: boolean;
}

/**
 * Writes a file of `fileSize` bytes without holes, and syncs it to the disk. Stops when the signal aborts.
 */
export async function createDataFile(
  directory: string,
  sizes: { fileSize: number; blockSize: number; direct: boolean },
  signal: AbortSignal,
): Promise<DataFile> {
  const { fileSize, blockSize, direct } = sizes;
  if (blockSize < 1) throw new UserError('blockSize must be larger than 0', { hint: 'set blockSize=4KiB' });
  const blocks = Math.floor(fileSize / blockSize);
  if (blocks < 1)
    throw new UserError(`a file of ${fileSize} bytes has no block of ${blockSize} bytes`, {
      hint: 'make fileSize larger, or blockSize smaller',
    });
  if (direct && blockSize % 4096 !== 0)
    throw new UserError('direct reads and writes need a blockSize that is a multiple of 4KiB', {
      hint: 'set blockSize=4KiB',
    });
  await requireRoom(directory, fileSize);
  const dataFile = { path: path.join(directory, 'data'), blocks, blockSize, direct };
  const file = await open(dataFile.path, 'w');
  try {
    // Block by block: a larger write would make larger pages in the cache, and only whole ones can be
    // dropped.
    const chunk = Buffer.alloc(blockSize, 'iobench ');
    for (let written = 0; written < fileSize; ) {
      signal.throwIfAborted();
      const { bytesWritten } = await file.write(chunk, 0, Math.min(chunk.length, fileSize - written));
      written += bytesWritten;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return dataFile;
}

/**
 * A full disk would harm other users of the machine, too. @throws UserError if the disk has less room than
 * that.
 */
async function requireRoom(directory: string, fileSize: number): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  const freeBytes = bavail * bsize;
  if (fileSize <= freeBytes) return;
  throw new UserError(
    `a file of ${fileSize} bytes does not fit on the disk of ${directory}, where ${freeBytes} bytes are free`,
    {
      hint: 'make fileSize smaller, or name another folder with --data DIR',
    },
  );
}

export const accessTo = (access: OpenOptions['access'], { direct }: DataFile): OpenOptions => ({
  access,
  direct,
});

/** Where a random block of the file begins. */
export const randomPosition = ({ blocks, blockSize }: DataFile, random: Random): number =>
  Math.floor(random() * blocks) * blockSize;

const PAGE = 4096;
const ARENA_PAGES = 256;
let arena: { memory: Uint8Array; used: number } | undefined;

/**
 * A buffer at the start of a page, as `O_DIRECT` wants it (open(2), NOTES). WebAssembly memory begins at a
 * page.
 */
export function pageAligned(bytes: number): Uint8Array {
  const size = Math.ceil(bytes / PAGE) * PAGE;
  if (!arena || arena.used + size > arena.memory.length) {
    const pages = Math.max(ARENA_PAGES, Math.ceil(size / 65536));
    arena = {
      memory: new Uint8Array(new WebAssembly.Memory({ initial: pages, maximum: pages }).buffer),
      used: 0,
    };
  }
  const buffer = arena.memory.subarray(arena.used, arena.used + bytes);
  arena.used += size;
  return buffer;
}
