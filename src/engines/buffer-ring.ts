/**
 * Buffers that the kernel takes from when it has received something, and that are given back to it afterwards
 * (io_uring_setup_buf_ring(3), io_uring_register_buf_ring(3); Linux 5.19).
 */
import { getSystemErrorName } from 'node:util';
import { requireLibc } from './libc.ts';
import type { Ring } from './ring.ts';

const REGISTER_PBUF_RING = 22;
const UNREGISTER_PBUF_RING = 23;
const PAGE_BYTES = 4096;
const PROT_READ_WRITE = 3;
const MAP_PRIVATE_ANONYMOUS = 0x22;
const MAP_FAILED = 2 ** 64 - 1;
const HIGH = 2 ** 32;
const GROUP = 0;
/** `struct io_uring_buf { u64 addr; u32 len; u16 bid; u16 resv; }` */
const WORDS_PER_ENTRY = 4;
/** The ring's tail is in the first entry's `resv`, as 16 bits. */
const TAIL = 7;

export interface BufferRing {
  /** Entries that take from it name this group. */
  readonly group: number;
  /** How many buffers the kernel can take now. */
  readonly available: number;
  /** The memory of a buffer that a completion names: the kernel has taken it. */
  take(buffer: number): Buffer;
  /** Its content is needed no more: the kernel may take it again. */
  giveBack(buffer: number): void;
  /** Before the ring that it is registered with: from then on nothing is written to the memory. */
  close(): void;
}

/**
 * Registers `count` buffers (a power of 2, at most 2^15), all available.
 * @throws Error with the system's reason.
 */
export function createBufferRing(ring: Ring, count: number, bufferBytes: number): BufferRing {
  const libc = requireLibc();
  const ringBytes = Math.ceil((count * WORDS_PER_ENTRY * 4) / PAGE_BYTES) * PAGE_BYTES;
  const bytes = ringBytes + count * bufferBytes;
  const address = libc.mmap(0, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
  if (address === MAP_FAILED || address < 0) throw systemError('mmap of buffers', -libc.errno());
  const answer = register(ring, REGISTER_PBUF_RING, address, count);
  if (answer < 0) {
    libc.munmap(address, bytes);
    throw systemError('io_uring_register of a ring of buffers', answer);
  }
  const memory = libc.memoryAt(address, bytes);
  const words = new Int32Array(memory, 0, count * WORDS_PER_ENTRY);
  const halves = new Uint16Array(memory, 0, count * WORDS_PER_ENTRY * 2);
  const buffers = Array.from({ length: count }, (_, index) =>
    Buffer.from(memory, ringBytes + index * bufferBytes, bufferBytes),
  );
  let tail = 0;
  let available = 0;

  function giveBack(buffer: number): void {
    const entry = tail & (count - 1);
    const at = address + ringBytes + buffer * bufferBytes;
    words[entry * WORDS_PER_ENTRY] = at;
    words[entry * WORDS_PER_ENTRY + 1] = at / HIGH;
    words[entry * WORDS_PER_ENTRY + 2] = bufferBytes;
    halves[entry * WORDS_PER_ENTRY * 2 + 6] = buffer;
    tail = (tail + 1) & 0xffff;
    available++;
    Atomics.store(halves, TAIL, tail);
  }
  for (let buffer = 0; buffer < count; buffer++) giveBack(buffer);

  return {
    group: GROUP,
    get available() {
      return available;
    },
    take(buffer) {
      available--;
      return buffers[buffer] as Buffer;
    },
    giveBack,
    close() {
      register(ring, UNREGISTER_PBUF_RING, 0, 0);
      libc.munmap(address, bytes);
    },
  };
}

/** `struct io_uring_buf_reg { u64 ring_addr; u32 ring_entries; u16 bgid; u16 flags; u64 resv[3]; }` */
function register(ring: Ring, opcode: number, address: number, count: number): number {
  const argument = new BigInt64Array(5);
  argument[0] = BigInt(address);
  argument[1] = BigInt(count) | (BigInt(GROUP) << 32n);
  return ring.register(opcode, requireLibc().addressOf(new Uint8Array(argument.buffer)), 1);
}

const systemError = (what: string, error: number): Error =>
  new Error(`${what}: ${getSystemErrorName(error)}`);
