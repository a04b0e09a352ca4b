/** The command line as anybody would type it; its document. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { MeasuredCell, RunDocument } from '../../dist/result.js';

const cli = path.join(import.meta.dirname, '..', '..', 'dist', 'cli.js');

/** @throws Error with what it printed, if it does not end well. */
export function run(...words: string[]): RunDocument {
  const out = mkdtempSync(path.join(os.tmpdir(), 'validate-'));
  try {
    const all = [cli, 'run', ...words, '--json', '--quiet', '--no-charts', '--out', out];
    const { stdout, stderr, status } = spawnSync(process.execPath, all, { encoding: 'utf8', maxBuffer: 2 ** 28 });
    if (status !== 0) throw new Error(`iobench run ${words.join(' ')}: exit code ${status}: ${stderr}`);
    return JSON.parse(stdout) as RunDocument;
  } finally {
    rmSync(out, { recursive: true });
  }
}

export const measuredCells = ({ cells }: RunDocument): MeasuredCell[] => cells.filter((cell): cell is MeasuredCell => cell.status === 'measured');

/** @throws Error if nothing was measured. */
export function firstCell(document: RunDocument): MeasuredCell {
  const [cell] = measuredCells(document);
  if (!cell) throw new Error(`${document.run.command}: nothing was measured`);
  return cell;
}
