/** A folder of a test's own, gone after the test. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

export function workspace(): string {
  const directory = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'test-of-iobench-')));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
