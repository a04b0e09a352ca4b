/** Compiles once before all tests: processes and workers run from `dist/`, so that what is tested is what ships. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const root = path.join(import.meta.dirname, '..');

export default function compile(): void {
  const node = (...words: string[]) => execFileSync(process.execPath, words, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  node(path.join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json');
  if (existsSync(path.join(root, 'build.mjs'))) node('build.mjs');
}
