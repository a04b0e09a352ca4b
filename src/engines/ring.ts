/**
 * A pair of rings shared with the kernel (io_uring_setup(2)): operations are written into one, results are
 * read from the other, and io_uring_enter(2) both submits and waits.
 */
import os from 'node:os';
import { getSystemErrorName } from 'node:util';
import { type Libc, requireLibc } from './libc.ts';
import { timespec } from './poller.ts';

const SYS_SETUP = 425;
const SYS_ENTER = 426;
const SYS_REGISTER = 427;
const SETUP_CQSIZE = 1 << 3;
const SETUP_COOP_TASKRUN = 1 << 8;
const SETUP_SINGLE_ISSUER = 1 << 12;
const SETUP_DEFER_TASKRUN = 1 << 13;
const ENTER_GETEVENTS = 1 << 0;
const ENTER_EXT_ARG = 1 << 3;
const FEATURE_EXT_ARG = 1 << 8;
const OFFSET_SQ_RING = 0;
const OFFSET_CQ_RING = 0x8000000;
const OFFSET_SQES = 0x10000000;
const PROT_READ_WRITE = 3;
const MAP_SHARED_POPULATE = 0x8001;
const SQE_WORDS = 16;
const CQE_WORDS = 4;
const { EINTR, EAGAIN, EBUSY, ETIME, EINVAL } = os.constants.errno;

export interface Ring {
  /**
   * The entries to fill in (io_uring_enter(2), `struct io_uring_sqe`), as 16 words of 32 bits each: the
   * caller that takes one sets its first twelve words, and the others stay zero.
   */
  readonly entries: Int32Array;
  /** Takes the next entry, and returns its index; submits the queued entries if none is free. */
  take(): number;
  /** The next N entries are submitted by one call, as linked entries have to be. */
  keepTogether(count: number): void;
  /** The number of entries: memory that an entry points to must live until it is submitted. */
  readonly size: number;
  /** Submits the queued entries, and waits for at least one completion or until the time is over. */
  submitAndWait(timeoutNs: number): void;
  /**
   * Calls back with every completion, oldest first: its user data, its result as the system call would return
   * it, and its flags (io_uring_enter(2), `struct io_uring_cqe`).
   */
  complete(completed: (userData: number, result: number, flags: number) => void): void;
  /** io_uring_register(2); the kernel's answer, negative for an error. */
  register(opcode: number, argument: number, count: number): number;
  close(): void;
}

/** @throws Error with the system's reason if there is no io_uring here. */
export function createRing(size: number): Ring {
  const libc = requireLibc();
  const { fd, params } = setUp(libc, size);
  const field = (byte: number) => params[byte / 4] as number;
  const map = (offset: number, bytes: number) => {
    const address = libc.mmap(0, bytes, PROT_READ_WRITE, MAP_SHARED_POPULATE, fd, offset);
    if (address === MAP_FAILED || address < 0) throw systemError(libc, 'mmap of the rings');
    return { address, bytes, words: new Int32Array(libc.memoryAt(address, bytes)) };
  };
  const sqEntries = field(0);
  const cqEntries = field(4);
  const sq = map(OFFSET_SQ_RING, field(64) + sqEntries * 4);
  const cq = map(OFFSET_CQ_RING, field(100) + cqEntries * CQE_WORDS * 4);
  const sqes = map(OFFSET_SQES, sqEntries * SQE_WORDS * 4);
  const [sqTail, sqArray] = [field(44) / 4, field(64) / 4];
  const [cqHead, cqTail, cqes] = [field(80) / 4, field(84) / 4, field(100) / 4];
  // Entry n of the ring is always entry n of the array.
  for (let entry = 0; entry < sqEntries; entry++) sq.words[sqArray + entry] = entry;

  // struct io_uring_getevents_arg { u64 sigmask; u32 sigmask_sz; u32 min_wait_usec; u64 ts; }, and the time
  // behind it.
  const waitMemory = new BigInt64Array(5);
  const waitAt = libc.addressOf(new Uint8Array(waitMemory.buffer));
  const timeout = timespec(waitMemory.subarray(3), waitAt + 24);
  let queued = 0;
  let tail = Atomics.load(sq.words, sqTail);

  /** Submits all queued entries; waits for `least` completions. */
  function enter(least: number, timeoutNs: number): void {
    waitMemory[2] = BigInt(least > 0 ? timeout(timeoutNs) : 0);
    Atomics.store(sq.words, sqTail, tail);
    const taken = libc.syscall(SYS_ENTER, fd, queued, least, ENTER_GETEVENTS | ENTER_EXT_ARG, waitAt, 24);
    if (taken >= 0) {
      queued -= taken;
      return;
    }
    const errno = libc.errno();
    // The time is over, a signal arrived, or the completions have to be read first: the caller reads them,
    // and calls again. With ETIME and EINTR the kernel has taken the queued entries before it began to wait,
    // and reports it next time.
    if (errno === ETIME || errno === EINTR) queued = tail - Atomics.load(sq.words, field(40) / 4);
    else if (errno !== EAGAIN && errno !== EBUSY) throw systemError(libc, 'io_uring_enter');
  }

  return {
    entries: sqes.words,
    size: sqEntries,
    take() {
      while (queued === sqEntries) enter(0, 0);
      const entry = tail & (sqEntries - 1);
      tail = (tail + 1) | 0;
      queued++;
      return entry;
    },
    keepTogether(count) {
      while (queued + count > sqEntries) enter(0, 0);
    },
    submitAndWait(timeoutNs) {
      const isReady = Atomics.load(cq.words, cqTail) !== cq.words[cqHead];
      enter(timeoutNs > 0 && !isReady ? 1 : 0, timeoutNs);
    },
    complete(completed) {
      const end = Atomics.load(cq.words, cqTail);
      let head = cq.words[cqHead] as number;
      for (; head !== end; head = (head + 1) | 0) {
        const completion = cqes + (head & (cqEntries - 1)) * CQE_WORDS;
        const [result, flags] = [cq.words[completion + 2] as number, cq.words[completion + 3] as number];
        completed(cq.words[completion] as number, result, flags);
      }
      Atomics.store(cq.words, cqHead, head);
    },
    register: (opcode, argument, count) => {
      const answer = libc.syscall(SYS_REGISTER, fd, opcode, argument, count, 0, 0);
      return answer < 0 ? -libc.errno() : answer;
    },
    close() {
      for (const { address, bytes } of [sq, cq, sqes]) libc.munmap(address, bytes);
      libc.close(fd);
    },
  };
}

const MAP_FAILED = 2 ** 64 - 1;

/** Requests the cheapest way of completing: in our own thread, when we wait (since Linux 6.1). */
function setUp(libc: Libc, size: number): { fd: number; params: Int32Array } {
  for (const flags of [SETUP_SINGLE_ISSUER | SETUP_DEFER_TASKRUN, SETUP_COOP_TASKRUN, 0]) {
    const params = new Int32Array(30);
    params[1] = size * 4;
    params[2] = flags | SETUP_CQSIZE;
    const fd = libc.syscall(SYS_SETUP, size, libc.addressOf(new Uint8Array(params.buffer)), 0, 0, 0, 0);
    if (fd >= 0) {
      if (((params[5] as number) & FEATURE_EXT_ARG) !== 0) return { fd, params };
      libc.close(fd);
      throw new Error('io_uring cannot wait with a timeout before Linux 5.11');
    }
    if (libc.errno() !== EINVAL) break;
  }
  throw systemError(libc, 'io_uring_setup');
}

function systemError(libc: Libc, what: string): Error {
  return new Error(`${what}: ${getSystemErrorName(-libc.errno())}`);
}
