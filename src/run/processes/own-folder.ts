/**
 * This process's own folder in a folder that it shares with others: other runs, containers and users. Files
 * that a killed run left there are removed by a later one, but only if it is proved which process made them,
 * and that it is dead. A name or a number proves nothing.
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import { tryLock } from '../../engines/lock.ts';
import { UserError } from '../../errors.ts';
import { fileSystemOf } from '../machine/environment.ts';
import { readIfThere } from '../machine/read-if-there.ts';
import { OWN_FOLDER_NAME } from './own-folder-name.ts';

/** The file in the folder that identifies its maker. */
const OWNER_FILE = 'owner.json';
const LONGEST_OWNER_BYTES = 4096;
/**
 * File systems of one kernel only: all processes that can open a file there see each other's locks on it.
 * Behind a network or a hypervisor they may not.
 */
const LOCAL_FILE_SYSTEMS = [
  'ext2',
  'ext3',
  'ext4',
  'xfs',
  'btrfs',
  'f2fs',
  'zfs',
  'bcachefs',
  'tmpfs',
  'ramfs',
  'overlay',
];

const ownerSchema = z.object({
  format: z.literal('iobench/data-folder/1'),
  /** The folder's name, and this file's inode: a renamed or copied folder belongs to someone. */
  folder: z.string(),
  inode: z.number(),
  /** The id of the kernel's current boot; two machines that share a folder have different ones. */
  bootId: z.string().min(1),
  /** The namespace of the process id: each container may have its own. */
  pidNamespace: z.string().min(1),
  pid: z.int().positive(),
  /** When the process started, in clock ticks since the boot: ids are reused. */
  startTicks: z.int().nonnegative(),
  /** Whether the process holds a lock on this file for as long as it lives. */
  isLocked: z.boolean(),
});
type Owner = z.infer<typeof ownerSchema>;

export interface OwnFolder {
  readonly path: string;
  /** Removes it and all that is in it. */
  remove(): void;
}

/**
 * Makes the folder, with the proof of its maker.
 * @throws UserError if no folder can be made in `root`.
 */
export function makeOwnFolder(root: string): OwnFolder {
  let folder: string | undefined;
  try {
    folder = mkdtempSync(path.join(root, `iobench-${process.pid}-`));
    return owned(folder);
  } catch (error) {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    throw new UserError(`no files can be made in ${root}: ${(error as NodeJS.ErrnoException).code}`, {
      hint: 'name another folder with --data DIR',
      cause: error,
    });
  }
}

function owned(folder: string): OwnFolder {
  const removeAll = () => rmSync(folder, { recursive: true, force: true });
  const identity = readIdentity();
  // Without a proof the folder stays if this process is killed.
  if (identity === undefined) return { path: folder, remove: removeAll };
  const descriptor = openSync(path.join(folder, OWNER_FILE), 'wx', 0o600);
  // Locked before the file claims it.
  const isLocked = tryLock(descriptor) === 'locked';
  const place = { folder: path.basename(folder), inode: fstatSync(descriptor).ino };
  writeFileSync(
    descriptor,
    JSON.stringify({
      format: 'iobench/data-folder/1',
      ...place,
      ...identity,
      pid: process.pid,
      isLocked,
    } satisfies Owner),
  );
  let isOpen = true;
  return {
    path: folder,
    remove() {
      removeAll();
      if (isOpen) closeSync(descriptor);
      isOpen = false;
    },
  };
}

/**
 * Removes the folders in `root` whose makers are proved to be dead. A folder that cannot be read or removed
 * stays.
 */
export function removeLeftovers(root: string): void {
  for (const entry of entriesOf(root)) {
    if (!OWN_FOLDER_NAME.test(entry)) continue;
    try {
      removeIfLeft(root, entry);
    } catch {
      // No proof, no removal.
    }
  }
}

function entriesOf(root: string): string[] {
  try {
    return readdirSync(root);
  } catch {
    return [];
  }
}

function removeIfLeft(root: string, entry: string): void {
  const folder = path.join(root, entry);
  const found = lstatSync(folder);
  // Another user's, or a link.
  if (!found.isDirectory() || found.uid !== process.geteuid?.()) return;
  const descriptor = openSync(
    path.join(folder, OWNER_FILE),
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  );
  try {
    const marker = fstatSync(descriptor);
    if (!marker.isFile() || marker.size > LONGEST_OWNER_BYTES || marker.uid !== found.uid) return;
    const owner = ownerSchema.parse(JSON.parse(readFileSync(descriptor, 'utf8')));
    // As long as this is open its lock is held: two runs do not remove the same folder.
    const isInPlace = owner.folder === entry && owner.inode === marker.ino;
    if (isInPlace && isProvedDead(owner, descriptor, folder))
      rmSync(folder, { recursive: true, force: true });
  } finally {
    closeSync(descriptor);
  }
}

/**
 * A process of this kernel has ended if its lock is free, or if no process with its id and start time exists
 * in this namespace.
 */
function isProvedDead(owner: Owner, descriptor: number, folder: string): boolean {
  const identity = readIdentity();
  if (identity === undefined || owner.bootId !== identity.bootId) return false;
  const lock = owner.isLocked ? tryLock(descriptor) : 'unknown';
  if (lock === 'held') return false;
  if (lock === 'locked' && LOCAL_FILE_SYSTEMS.includes(fileSystemOf(folder))) return true;
  return owner.pidNamespace === identity.pidNamespace && !isRunning(owner);
}

function isRunning({ pid, startTicks }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const start = startTicksOf(String(pid));
  return start === undefined || start === startTicks;
}

/**
 * The identity of this process, in a form that others can check; `undefined` if the system does not report
 * it.
 */
function readIdentity(): Pick<Owner, 'bootId' | 'pidNamespace' | 'startTicks'> | undefined {
  try {
    const bootId = readIfThere('/proc/sys/kernel/random/boot_id');
    const startTicks = startTicksOf('self');
    if (!bootId || startTicks === undefined) return undefined;
    return { bootId, pidNamespace: readlinkSync('/proc/self/ns/pid'), startTicks };
  } catch {
    return undefined;
  }
}

/**
 * proc(5), field 22 of /proc/PID/stat; `undefined` if it cannot be read, or if /proc shows the ids of another
 * namespace.
 */
function startTicksOf(pid: string): number | undefined {
  try {
    if (readlinkSync('/proc/self') !== String(process.pid)) return undefined;
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in parentheses, and may hold spaces and parentheses of its own.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[22 - 3]);
    return Number.isSafeInteger(ticks) ? ticks : undefined;
  } catch {
    return undefined;
  }
}
