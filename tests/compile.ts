/**
 * Compiles once before all tests: processes and workers run from `dist/`, so that what is tested is what
 * ships.
 */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';

const root = path.join(import.meta.dirname, '..');

export default function compile(): void {
  execFileSync(process.execPath, ['build.mjs'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
}
