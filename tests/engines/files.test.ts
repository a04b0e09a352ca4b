import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { close, compute, fsync, OperationError, open, read, sleep, write } from '../../src/operations.ts';
import { workspace } from '../workspace.ts';
import { engines, run } from './every-engine.ts';

describe.each(engines.filter(({ onlySockets }) => !onlySockets))(
  'files by the $name engine',
  ({ perform }) => {
    test('a file is opened, written, synced, read back and closed', async () => {
      const file = path.join(workspace(), 'data');
      writeFileSync(file, Buffer.alloc(100));
      const steps = function* () {
        const opened = yield* open(file, 'read-write');
        const written = yield* write(opened, Buffer.from('..hello..'), 50, 2, 5);
        yield* fsync(opened);
        const buffer = Buffer.alloc(20, '-');
        const bytes = yield* read(opened, buffer, 50, 3, 5);
        yield* close(opened);
        return { written, bytes, text: buffer.toString() };
      };
      expect(await run(perform, steps())).toEqual({ written: 5, bytes: 5, text: '---hello------------' });
      expect(readFileSync(file).subarray(50, 55).toString()).toBe('hello');
    });

    test('at the end of the file a read is short, then 0', async () => {
      const file = path.join(workspace(), 'data');
      writeFileSync(file, 'hello');
      const steps = function* () {
        const opened = yield* open(file);
        const [atEnd, beyond] = [
          yield* read(opened, Buffer.alloc(10), 3),
          yield* read(opened, Buffer.alloc(10), 5),
        ];
        yield* close(opened);
        return [atEnd, beyond];
      };
      expect(await run(perform, steps())).toEqual([2, 0]);
    });

    test('a file that is not there: ENOENT, open, and its path', async () => {
      const file = path.join(workspace(), 'missing');
      const error = await perform(open(file)).catch((refused: unknown) => refused);
      expect(error).toBeInstanceOf(OperationError);
      expect(error).toMatchObject({
        code: 'ENOENT',
        operation: 'open',
        target: file,
        message: `ENOENT: open ${file}`,
      });
    });

    test('what the file was not opened for: EBADF, the operation, and its path', async () => {
      const file = path.join(workspace(), 'data');
      writeFileSync(file, 'hello');
      const opened = (await perform(open(file, 'read'))) as never;
      await expect(perform(write(opened, Buffer.from('x'), 0))).rejects.toMatchObject({
        code: 'EBADF',
        operation: 'write',
        target: file,
      });
      await perform(close(opened));
    });

    test('a folder cannot be read: EISDIR', async () => {
      const folder = workspace();
      const opened = (await perform(open(folder, 'read'))) as never;
      await expect(perform(read(opened, Buffer.alloc(8), 0))).rejects.toMatchObject({
        code: 'EISDIR',
        operation: 'read',
        target: folder,
      });
      await perform(close(opened));
    });

    test('sleep lets at least its time pass', async () => {
      const before = performance.now();
      await perform(sleep(20e6));
      // Timers may be a millisecond early by their own rounding.
      expect(performance.now() - before).toBeGreaterThan(18);
    });

    test('compute ends, whatever the amount', async () => {
      for (const bytes of [0, 1, 65_536, 200_000])
        await expect(perform(compute(bytes))).resolves.toBeUndefined();
    });
  },
);
