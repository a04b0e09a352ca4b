/**
 * The C library, called through koffi. The only file that knows koffi; loaded by the models that need system
 * calls.
 */
import { createRequire } from 'node:module';
import os from 'node:os';
import { getSystemErrorName } from 'node:util';
import type { OperationKind } from '../operations.ts';
import { OperationError } from '../operations.ts';

/**
 * The functions that are called. Each returns what its man page documents: -1 for an error, which `errno()`
 * then names.
 */
export interface Libc {
  socket(domain: number, type: number, protocol: number): number;
  connect(fd: number, address: Uint8Array, length: number): number;
  bind(fd: number, address: Uint8Array, length: number): number;
  listen(fd: number, backlog: number): number;
  accept(fd: number, address: number, length: number): number;
  accept4(fd: number, address: number, length: number, flags: number): number;
  shutdown(fd: number, how: number): number;
  getsockname(fd: number, address: number, length: number): number;
  getpeername(fd: number, address: number, length: number): number;
  setsockopt(fd: number, level: number, name: number, value: Int32Array, length: number): number;
  send(fd: number, address: number, length: number, flags: number): number;
  recv(fd: number, address: number, length: number, flags: number): number;
  recvfrom(
    fd: number,
    address: number,
    length: number,
    flags: number,
    from: number,
    fromLength: number,
  ): number;
  ioctl(fd: number, request: number, argument: number): number;
  close(fd: number): number;
  fcntl(fd: number, command: number, argument: number): number;
  flock(fd: number, operation: number): number;
  poll(fds: number, count: number, timeoutMs: number): number;
  ppoll(fds: number, count: number, timeout: number, mask: number): number;
  pread(fd: number, address: number, length: number, position: number): number;
  pwrite(fd: number, address: number, length: number, position: number): number;
  posix_fadvise(fd: number, position: number, length: number, advice: number): number;
  epoll_create1(flags: number): number;
  epoll_ctl(epoll: number, command: number, fd: number, event: number): number;
  mmap(
    address: number,
    length: number,
    protection: number,
    flags: number,
    fd: number,
    offset: number,
  ): number;
  munmap(address: number, length: number): number;
  syscall(number: number, a: number, b: number, c: number, d: number, e: number, f: number): number;
  getrusage(who: number, usage: number): number;
  prctl(option: number, argument: number, a: number, b: number, c: number): number;
  sched_setaffinity(pid: number, length: number, mask: number): number;
  sched_getaffinity(pid: number, length: number, mask: number): number;
  setpgid(pid: number, group: number): number;
  /** The error number that the last call left in this thread. */
  errno(): number;
  /** The address of a buffer's first byte. Looked up once per buffer. */
  addressOf(buffer: Uint8Array): number;
  /** Memory that the kernel shares with this process, without a copy. */
  memoryAt(address: number, length: number): ArrayBuffer;
}

const PROTOTYPES = {
  socket: 'int socket(int domain, int type, int protocol)',
  connect: 'int connect(int fd, const uint8_t *address, uint32_t length)',
  bind: 'int bind(int fd, const uint8_t *address, uint32_t length)',
  listen: 'int listen(int fd, int backlog)',
  accept: 'int accept(int fd, uintptr_t address, uintptr_t length)',
  shutdown: 'int shutdown(int fd, int how)',
  getsockname: 'int getsockname(int fd, uintptr_t address, uintptr_t length)',
  getpeername: 'int getpeername(int fd, uintptr_t address, uintptr_t length)',
  setsockopt: 'int setsockopt(int fd, int level, int name, const int *value, uint32_t length)',
  send: 'int64_t send(int fd, uintptr_t address, size_t length, int flags)',
  recv: 'int64_t recv(int fd, uintptr_t address, size_t length, int flags)',
  close: 'int close(int fd)',
  getrusage: 'int getrusage(int who, uintptr_t usage)',
  fcntl: 'int fcntl(int fd, int command, long argument)',
  flock: 'int flock(int fd, int operation)',
  poll: 'int poll(uintptr_t fds, unsigned long count, int timeoutMs)',
  pread: 'int64_t pread(int fd, uintptr_t address, size_t length, int64_t position)',
  pwrite: 'int64_t pwrite(int fd, uintptr_t address, size_t length, int64_t position)',
  setpgid: 'int setpgid(int pid, int group)',
} as const;
const LINUX_PROTOTYPES = {
  accept4: 'int accept4(int fd, uintptr_t address, uintptr_t length, int flags)',
  recvfrom:
    'int64_t recvfrom(int fd, uintptr_t address, size_t length, int flags, uintptr_t from, uintptr_t fromLength)',
  ioctl: 'int ioctl(int fd, unsigned long request, uintptr_t argument)',
  posix_fadvise: 'int posix_fadvise(int fd, int64_t position, int64_t length, int advice)',
  ppoll: 'int ppoll(uintptr_t fds, unsigned long count, uintptr_t timeout, uintptr_t mask)',
  epoll_create1: 'int epoll_create1(int flags)',
  epoll_ctl: 'int epoll_ctl(int epoll, int command, int fd, uintptr_t event)',
  mmap: 'uintptr_t mmap(uintptr_t address, size_t length, int protection, int flags, int fd, int64_t offset)',
  munmap: 'int munmap(uintptr_t address, size_t length)',
  syscall:
    'int64_t syscall(int64_t number, int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f)',
  prctl: 'int prctl(int option, long argument, long a, long b, long c)',
  sched_setaffinity: 'int sched_setaffinity(int pid, size_t length, uintptr_t mask)',
  sched_getaffinity: 'int sched_getaffinity(int pid, size_t length, uintptr_t mask)',
} as const;

const ADDRESS: unique symbol = Symbol('address');
type Addressed = Uint8Array & { [ADDRESS]?: number };

/** Functions of this process, by their names. */
interface Bound {
  readonly functions: Readonly<Record<string, unknown>>;
  addressOf(buffer: Uint8Array): number;
  readonly koffi: Koffi;
}

interface Koffi {
  load(path: string | null): { func(prototype: string): unknown };
  errno(): number;
  address(buffer: Uint8Array): bigint;
  view(address: number, length: number): ArrayBuffer;
}

let loaded: Libc | { reason: string } | undefined;

/** The C library, or the reason why it cannot be called here. */
export function loadLibc(): Libc | { reason: string } {
  loaded ??= load();
  return loaded;
}

/**
 * The C library, for code that runs only where a model has checked that there is one.
 * @throws Error with the reason if there is none.
 */
export function requireLibc(): Libc {
  const libc = loadLibc();
  if ('reason' in libc) throw new Error(libc.reason);
  return libc;
}

function load(): Libc | { reason: string } {
  if (os.platform() !== 'linux' && os.platform() !== 'darwin') {
    return { reason: `POSIX system calls are not called on ${os.platform()}` };
  }
  try {
    const prototypes = { ...PROTOTYPES, ...(os.platform() === 'linux' ? LINUX_PROTOTYPES : {}) };
    const { functions, addressOf, koffi } = bindProcess(prototypes);
    return {
      ...functions,
      errno: () => koffi.errno(),
      addressOf,
      memoryAt: (address: number, length: number) => koffi.view(address, length),
    } as Libc;
  } catch (error) {
    return {
      reason: `the C library cannot be called: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

/**
 * Functions that this process has: its own binary's, and those of the libraries that it is linked with.
 * @throws Error if koffi is missing, or one of them is.
 */
export function bindProcess(prototypes: Readonly<Record<string, string>>): Bound {
  const koffi = createRequire(import.meta.url)('koffi') as Koffi;
  const library = koffi.load(null);
  const functions = Object.fromEntries(
    Object.entries(prototypes).map(([name, prototype]) => [name, library.func(prototype)]),
  );
  const addressOf = (buffer: Addressed): number => {
    buffer[ADDRESS] ??= Number(koffi.address(buffer));
    return buffer[ADDRESS];
  };
  return { functions, addressOf, koffi };
}

/** The error that the last call left, as an `OperationError`. */
export function lastError(libc: Libc, operation: OperationKind, target: string): OperationError {
  return new OperationError(operation, getSystemErrorName(-libc.errno()), target);
}

export const isInterrupted = (libc: Libc): boolean => libc.errno() === os.constants.errno.EINTR;
