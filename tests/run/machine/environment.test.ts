/** Where a run was measured. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fileSystemIn, fileSystemOf, poolSize } from '../../../src/run/machine/environment.ts';
import { workspace } from '../../workspace.ts';

describe('the file system of a folder', () => {
  const MOUNTS = [
    '22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw',
    '30 22 0:40 / /mnt/my\\040disk\\011\\134x rw - xfs /dev/vdb rw',
    '31 22 0:41 / /mnt/my rw shared:2 master:1 - nfs4 host:/x rw',
    '32 22 0:42 / /mnt/twice rw - ext4 /dev/vdc rw',
    '33 32 0:43 / /mnt/twice rw - tmpfs none rw',
    '34 22 0:44 / /mnt/above/below rw - tmpfs none rw',
    '35 22 0:45 / /mnt/above rw - btrfs /dev/vdd rw',
    '36 22 0:46 / /mnt/strange rw - fuse.my\\040fs none rw',
    '',
  ].join('\n');

  test.each([
    ['/home', '254:0', 'ext4'],
    ['/mnt/my disk\t\\x/data', '0:40', 'xfs'],
    ['/mnt/my/data', '0:41', 'nfs4'],
    ['/mnt/mydata', '254:0', 'ext4'],
    ['/mnt/twice', '0:43', 'tmpfs'],
    ['/mnt/strange', '0:46', 'fuse.my fs'],
    // Mounted over by its parent's folder: it cannot be reached any more.
    ['/mnt/above/below/data', '0:45', 'btrfs'],
    // A file system with a device for each of its parts is found by its path.
    ['/mnt/above/data', '0:99', 'btrfs'],
  ])('that holds %j is found, whatever its mount point is called', (directory, device, type) => {
    expect(fileSystemIn(MOUNTS, directory, device)).toBe(type);
  });

  test('is not known where no mount holds it', () => {
    expect(fileSystemIn('', '/home', '254:0')).toBeUndefined();
  });

  test('is that of a mount point with a space in its name', ({ skip }) => {
    const mountPoint = path.join(workspace(), 'my disk');
    mkdirSync(mountPoint);
    try {
      execFileSync('mount', ['-t', 'ramfs', 'none', mountPoint], { stdio: 'pipe' });
    } catch (error) {
      console.log(
        `skipped: nothing can be mounted here: ${error instanceof Error ? error.message.trim() : error}`,
      );
      skip();
    }
    onTestFinished(() => void execFileSync('umount', ['-l', mountPoint]));
    mkdirSync(path.join(mountPoint, 'data'));
    expect(fileSystemOf(path.join(mountPoint, 'data'))).toBe('ramfs');
  });
});

const POOLS: [written: string | undefined, threads: number][] = [
  [undefined, 4],
  ['', 1],
  ['0', 1],
  ['8', 8],
  [' +16 ', 16],
  ['2.5', 2],
  ['1e3', 1],
  ['0x10', 1],
  ['many', 1],
  ['Infinity', 1],
  ['5000', 1024],
  ['-1', 1024],
  ['-4294967293', 3],
  ['4294967300', 4],
  ['99999999999999999999', 1024],
  ['-99999999999999999999', 1],
];

describe('libuv’s helper threads', () => {
  test.each(POOLS)('UV_THREADPOOL_SIZE=%j makes %d', (written, threads) => {
    expect(poolSize(written)).toBe(threads);
  });

  // The first call that needs a helper starts all of them.
  const COUNT = `
    const { readdirSync, promises } = require('node:fs');
    const before = readdirSync('/proc/self/task').length;
    promises.stat('.').then(() => console.log(readdirSync('/proc/self/task').length - before));`;
  test.skipIf(process.platform !== 'linux').each(POOLS)(
    'are as many with UV_THREADPOOL_SIZE=%j by the count of threads',
    (written) => {
      const { UV_THREADPOOL_SIZE: _, ...env } = process.env;
      const counted = execFileSync(process.execPath, ['--eval', COUNT], {
        env: { ...env, ...(written === undefined ? {} : { UV_THREADPOOL_SIZE: written }) },
      });
      expect(Number(counted.toString())).toBe(poolSize(written));
    },
  );
});
