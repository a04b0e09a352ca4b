/** Operations on files. */
import type { Engine, Waiter } from '../operations.ts';
import { Inward, Outward, Step } from './step.ts';

/** An open file, opaque to all but the engine that opened it. */
export interface File {
  readonly handle: 'file';
}

/** How a file is opened. `direct` goes past the page cache (`O_DIRECT`; Linux). */
export interface OpenOptions {
  readonly access: 'read' | 'write' | 'read-write';
  readonly direct?: boolean;
}

export class Open extends Step<File> {
  declare readonly kind: 'open';
  declare readonly path: string;
  declare readonly options: OpenOptions;
  constructor(path: string, options: OpenOptions) {
    super();
    this.kind = 'open';
    this.path = path;
    this.options = options;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.open(this, waiter);
  }
}

/** Opens a file that exists. */
export const open = (path: string, options: OpenOptions | OpenOptions['access'] = 'read'): Open =>
  new Open(path, typeof options === 'string' ? { access: options } : options);

export class Read extends Inward {
  declare readonly kind: 'read';
  declare readonly file: File;
  declare readonly buffer: Uint8Array;
  declare readonly position: number;
  declare readonly offset: number;
  declare readonly length: number;
  constructor(file: File, buffer: Uint8Array, position: number, offset: number, length: number) {
    super();
    this.kind = 'read';
    this.file = file;
    this.buffer = buffer;
    this.position = position;
    this.offset = offset;
    this.length = length;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.read(this, waiter);
  }
}

/**
 * Reads up to `length` bytes at `position` of the file; the result is the bytes read, 0 at the end of the
 * file.
 */
export const read = (
  file: File,
  buffer: Uint8Array,
  position: number,
  offset = 0,
  length: number = buffer.length - offset,
): Read => new Read(file, buffer, position, offset, length);

export class Write extends Outward {
  declare readonly kind: 'write';
  declare readonly file: File;
  declare readonly buffer: Uint8Array;
  declare readonly position: number;
  declare readonly offset: number;
  declare readonly length: number;
  constructor(file: File, buffer: Uint8Array, position: number, offset: number, length: number) {
    super();
    this.kind = 'write';
    this.file = file;
    this.buffer = buffer;
    this.position = position;
    this.offset = offset;
    this.length = length;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.write(this, waiter);
  }
}

/** Writes `length` bytes at `position` of the file; the result is the bytes written. */
export const write = (
  file: File,
  buffer: Uint8Array,
  position: number,
  offset = 0,
  length: number = buffer.length - offset,
): Write => new Write(file, buffer, position, offset, length);

export class Fsync extends Step<void> {
  declare readonly kind: 'fsync';
  declare readonly file: File;
  constructor(file: File) {
    super();
    this.kind = 'fsync';
    this.file = file;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.fsync(this, waiter);
  }
}

/** Returns when all data that was written to the file is on the disk (fsync(2)). */
export const fsync = (file: File): Fsync => new Fsync(file);

export class Uncache extends Step<void> {
  declare readonly kind: 'uncache';
  declare readonly file: File;
  declare readonly position: number;
  declare readonly length: number;
  constructor(file: File, position: number, length: number) {
    super();
    this.kind = 'uncache';
    this.file = file;
    this.position = position;
    this.length = length;
  }
  performBy(engine: Engine, waiter: Waiter): unknown {
    return engine.uncache(this, waiter);
  }
}

/**
 * Drops this part of the file from the page cache, so that the next read goes to the disk (posix_fadvise(2),
 * DONTNEED; Linux).
 * @throws UnsupportedError on other systems, and if the C library cannot be called.
 */
export const uncache = (file: File, position: number, length: number): Uncache =>
  new Uncache(file, position, length);
