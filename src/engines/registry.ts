/**
 * Buffers and files that are registered with io_uring, so that it need not look them up for every entry:
 * buffers pinned, files referred to by number (io_uring_register(2)).
 */
import type { Descriptor } from './descriptor.ts';
import type { Libc } from './libc.ts';
import type { Ring } from './ring.ts';

const REGISTER_FILES2 = 13;
const REGISTER_FILES_UPDATE2 = 14;
const REGISTER_BUFFERS2 = 15;
const REGISTER_BUFFERS_UPDATE = 16;
const RSRC_SPARSE = 1;
const PLACES = 1024;
const BYTES_OF_ARGUMENT = 32;

const PLACE: unique symbol = Symbol('place');
type Placed = Uint8Array & { [PLACE]?: number };

export interface Registry {
  /** Where a buffer is registered, from its first use on; -1 if it is not. */
  bufferPlace(buffer: Uint8Array): number;
  /** Where a descriptor is registered, from its first use on; -1 if it is not. */
  filePlace(descriptor: Descriptor): number;
  /** The descriptor is about to be closed. */
  forget(descriptor: Descriptor): void;
}

export function createRegistry(
  libc: Libc,
  ring: Ring,
  kinds: { buffers: boolean; files: boolean },
): Registry {
  const argument = new BigInt64Array(4);
  const words = new Int32Array(argument.buffer);
  const argumentAt = libc.addressOf(new Uint8Array(argument.buffer));
  const data = new BigInt64Array(2);
  const dataAt = libc.addressOf(new Uint8Array(data.buffer));
  const freeFiles: number[] = [];
  let filesUsed = 0;
  let buffersUsed = 0;

  /** `struct io_uring_rsrc_register`: `PLACES` empty places. */
  function reserve(opcode: number): void {
    argument.fill(0n);
    words[0] = PLACES;
    words[1] = RSRC_SPARSE;
    const answer = ring.register(opcode, argumentAt, BYTES_OF_ARGUMENT);
    if (answer < 0) throw new Error(`io_uring_register refuses ${PLACES} places (error ${-answer})`);
  }
  /** `struct io_uring_rsrc_update2`: fills one place from `data`. */
  function update(opcode: number, place: number): boolean {
    argument.fill(0n);
    words[0] = place;
    argument[1] = BigInt(dataAt);
    words[6] = 1;
    return ring.register(opcode, argumentAt, BYTES_OF_ARGUMENT) >= 0;
  }
  function registerBuffer(buffer: Uint8Array): number {
    if (buffersUsed === PLACES) return -1;
    data[0] = BigInt(libc.addressOf(buffer));
    data[1] = BigInt(buffer.byteLength);
    return update(REGISTER_BUFFERS_UPDATE, buffersUsed) ? buffersUsed++ : -1;
  }
  function registerFile(fd: number): number {
    const place = freeFiles.pop() ?? filesUsed++;
    if (place >= PLACES) return -1;
    data[0] = BigInt(fd);
    return update(REGISTER_FILES_UPDATE2, place) ? place : -1;
  }

  if (kinds.buffers) reserve(REGISTER_BUFFERS2);
  if (kinds.files) reserve(REGISTER_FILES2);

  return {
    bufferPlace(buffer: Placed) {
      if (!kinds.buffers) return -1;
      buffer[PLACE] ??= registerBuffer(buffer);
      return buffer[PLACE];
    },
    filePlace(descriptor) {
      if (!kinds.files) return -1;
      descriptor.registered ??= registerFile(descriptor.fd);
      return descriptor.registered;
    },
    forget({ registered }) {
      if (registered === undefined || registered < 0) return;
      data[0] = -1n;
      update(REGISTER_FILES_UPDATE2, registered);
      freeFiles.push(registered);
    },
  };
}
