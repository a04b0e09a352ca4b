/** What the repository's root may hold: a log or a profile that was committed by mistake is noticed here. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '..');

const FOLDERS = ['.ci', '.github', 'docs', 'results', 'scripts', 'src', 'tests'];
const FILES = [
  '.gitignore',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'LICENSE',
  'README.md',
  'biome.json',
  'build.mjs',
  'package-lock.json',
  'package.json',
  'tsconfig.json',
  'tsconfig.tests.json',
  'vitest.config.ts',
];
/** Made here, and ignored by git. */
const MADE = ['.git', 'coverage', 'dist', 'node_modules'];

/** What is committed; in a copy without git, what is there. */
function entries(): string[] {
  if (!existsSync(path.join(root, '.git'))) return readdirSync(root).filter((entry) => !MADE.includes(entry));
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0');
  return [...new Set(files.filter((file) => file !== '').map((file) => file.split('/')[0] as string))];
}

test('the root holds what belongs there, and nothing else', () => {
  const found = entries();
  expect(found).toEqual(expect.arrayContaining(FILES));
  expect(found.filter((entry) => !FILES.includes(entry) && !FOLDERS.includes(entry))).toEqual([]);
});
