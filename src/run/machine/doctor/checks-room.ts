/** Room for connections, memory and files. */
import { plural } from '../../../quantity.ts';
import { type Check, found } from './check.ts';
import type { Reading } from './reading.ts';

/** The most connections that a usual run asks for, and what a process has open besides. */
const CONNECTIONS = 10_000;
const BESIDES = 512;
/** The backlog that Node's servers ask for. */
const NODE_BACKLOG = 511;
const LEAST_MEMORY_BYTES = 2 ** 30;
const LEAST_FREE_BYTES = 2 ** 30;
/** In memory, so that nothing ever reaches a disk. */
const WITHOUT_DISK = ['tmpfs', 'ramfs'];
/** Another machine, or another process, does the work. */
const ELSEWHERE = /^(nfs|cifs|smb|9p|fuse|virtiofs|ceph|afs)/;

export const roomChecks: readonly ((reading: Reading) => Check)[] = [
  openFiles,
  backlog,
  ports,
  memory,
  dataDirectory,
  directIo,
];

function openFiles({ openFiles: limit, platform }: Reading): Check {
  const say = found('open files');
  if (limit === Number.POSITIVE_INFINITY)
    return platform === 'linux' ? say.ok('unlimited') : say.unknown(platform);
  if (limit >= CONNECTIONS + BESIDES) return say.ok(`${limit} per process`);
  return say.doubt(
    `${limit} per process: too few for ${CONNECTIONS} connections`,
    `ulimit -Hn ${CONNECTIONS + 2 * BESIDES}   (as root, in the shell that runs iobench)`,
  );
}

function backlog({ somaxconn, platform }: Reading): Check {
  const say = found('backlog');
  if (somaxconn === undefined) return say.unknown(platform);
  if (somaxconn >= NODE_BACKLOG)
    return say.ok(`${somaxconn} ${plural(somaxconn, 'connection')} may wait to be accepted`);
  return say.doubt(
    `${somaxconn} ${plural(somaxconn, 'connection')} may wait to be accepted: any beyond that retry after a second`,
    'sudo sysctl net.core.somaxconn=4096',
  );
}

function ports({ ports: range, platform }: Reading): Check {
  const say = found('ports');
  const [first, last] = range ?? [];
  if (first === undefined || last === undefined) return say.unknown(platform);
  const count = last - first + 1;
  if (count >= CONNECTIONS + BESIDES) return say.ok(`${count} for outgoing connections`);
  return say.doubt(
    `${count} for outgoing connections, too few for ${CONNECTIONS}`,
    'sudo sysctl net.ipv4.ip_local_port_range="1024 65535"',
  );
}

function memory({ memoryAvailableBytes: bytes }: Reading): Check {
  const say = found('memory');
  if (bytes >= LEAST_MEMORY_BYTES) return say.ok(`${gibibytes(bytes)} available`);
  return say.doubt(
    `${gibibytes(bytes)} available: files may be dropped from the page cache, and processes swapped`,
    'ps aux --sort=-rss | head   (find those processes and stop them)',
  );
}

function dataDirectory({ data: { directory, fileSystem, freeBytes, refusal } }: Reading): Check {
  const say = found('data files');
  const elsewhere = 'iobench run --data DIR ...   (a folder on a local disk)';
  if (refusal !== undefined) return say.doubt(`no files can be made in ${directory}: ${refusal}`, elsewhere);
  if (freeBytes !== undefined && freeBytes < LEAST_FREE_BYTES)
    return say.doubt(`${gibibytes(freeBytes)} free in ${directory}`, elsewhere);
  const finding = `${fileSystem} in ${directory}`;
  if (WITHOUT_DISK.includes(fileSystem))
    return say.doubt(`${finding}: no disk is behind it, fsync does nothing`, elsewhere);
  if (ELSEWHERE.test(fileSystem))
    return say.doubt(`${finding}: another machine or process does the work`, elsewhere);
  return say.ok(freeBytes === undefined ? finding : `${finding}, ${gibibytes(freeBytes)} free`);
}

function directIo({ data: { takesDirect, refusal }, platform }: Reading): Check {
  const say = found('O_DIRECT');
  if (takesDirect === undefined)
    return refusal === undefined ? say.unknown(platform) : say.note('not tried: no files can be made');
  if (takesDirect) return say.ok('files can be read past the page cache');
  return say.note(
    'the file system refuses it: -p file-read.cache=direct will fail',
    'iobench run --data DIR ...   (a folder on ext4 or xfs)',
  );
}

const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
