/** Node's version and options, and what it can call. */
import { models } from '../../../models/index.ts';
import { ioUringModel } from '../../../models/io-uring.ts';
import { counted } from '../../../quantity.ts';
import { poolSize } from '../environment.ts';
import { type Check, found } from './check.ts';
import type { Reading } from './reading.ts';

/** As package.json has it. */
const LEAST_NODE = [20, 19] as const;
const ON_POOL = models.filter(({ filesOnPool }) => filesOnPool).map(({ name }) => name);

export const nodeChecks: readonly ((reading: Reading) => Check)[] = [
  node,
  slowedNode,
  threadPool,
  ffi,
  ioUring,
  strace,
];

function node({ nodeVersion }: Reading): Check {
  const say = found('Node');
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  const isEnough = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  return isEnough
    ? say.ok(nodeVersion)
    : say.doubt(
        `${nodeVersion} is older than ${LEAST_NODE.join('.')}`,
        'nvm install 22   (or from nodejs.org)',
      );
}

function slowedNode({ debugging }: Reading): Check {
  const say = found('debugging');
  if (debugging.length === 0) return say.ok('a release build, no inspector, no profiler');
  return say.doubt(
    debugging.join('; '),
    'env -u NODE_OPTIONS -u NODE_V8_COVERAGE iobench ...   (with a release build)',
  );
}

function threadPool({ uvThreadpoolSize }: Reading): Check {
  const say = found('libuv pool');
  const threads = poolSize(uvThreadpoolSize);
  if (uvThreadpoolSize === undefined) {
    return say.note(
      `${counted(threads, 'thread')}: the most file operations at once of ${ON_POOL.join(' and ')}`,
      'UV_THREADPOOL_SIZE=32 iobench run ...',
    );
  }
  if (uvThreadpoolSize === String(threads))
    return say.ok(`${counted(threads, 'thread')} (UV_THREADPOOL_SIZE)`);
  return say.doubt(
    `${counted(threads, 'thread')}: libuv's reading of UV_THREADPOOL_SIZE=${uvThreadpoolSize}`,
    'unset UV_THREADPOOL_SIZE   (or a whole number from 1 to 1024)',
  );
}

function ffi({ ffiRefusal }: Reading): Check {
  const say = found('system calls');
  if (ffiRefusal === undefined) return say.ok('the C library can be called (koffi)');
  return say.doubt(
    `${ffiRefusal}: half of the models are unsupported, and where the thread's time goes is not measured`,
    'npm rebuild koffi',
  );
}

function ioUring({ ioUringRefusal, ioUringDisabled, platform }: Reading): Check {
  const say = found('io_uring');
  if (ioUringRefusal === undefined) return say.ok('available');
  if (platform !== 'linux') return say.note(ioUringRefusal);
  const remedy =
    (ioUringDisabled ?? 0) > 0
      ? 'sudo sysctl kernel.io_uring_disabled=0'
      : 'docker run --security-opt seccomp=unconfined ...   (if a container forbids it)';
  return say.note(`${ioUringModel.name} is unsupported: ${ioUringRefusal}`, remedy);
}

function strace({ straceVersion, platform }: Reading): Check {
  const say = found('strace');
  if (straceVersion !== undefined) return say.ok(`${straceVersion}, for --count-syscalls`);
  return platform === 'linux'
    ? say.note('not installed: --count-syscalls needs it', 'sudo apt-get install strace')
    : say.unknown(platform);
}
