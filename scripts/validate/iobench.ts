/** The command line as anybody would type it; its document, and what it stored. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { type MeasuredCell, type MeasuredTrial, parseRun, type RunDocument } from '../../dist/result.js';

const cli = path.join(import.meta.dirname, '..', '..', 'dist', 'cli.js');

export interface StoredRun {
  readonly document: RunDocument;
  readonly trials: readonly MeasuredTrial[];
  /** Of the whole command. */
  readonly wallSeconds: number;
}

/** @throws Error with what it printed, if it does not end well. */
export const run = (...words: string[]): RunDocument => runStored(...words, '--no-charts').document;

/** Pictures and page included, if nothing else is asked for. @throws Error as `run` does. */
export function runStored(...words: string[]): StoredRun {
  const out = mkdtempSync(path.join(os.tmpdir(), 'validate-'));
  try {
    const all = [cli, 'run', ...words, '--json', '--quiet', '--out', out];
    const began = performance.now();
    const { stdout, stderr, status } = spawnSync(process.execPath, all, {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    const wallSeconds = (performance.now() - began) / 1000;
    if (status !== 0) throw new Error(`iobench run ${words.join(' ')}: exit code ${status}: ${stderr}`);
    const [folder = ''] = readdirSync(out);
    const { trials } = parseRun(readFileSync(path.join(out, folder, 'run.jsonl'), 'utf8'));
    const measured = trials.filter((trial): trial is MeasuredTrial => trial.status === 'measured');
    return { document: JSON.parse(stdout) as RunDocument, trials: measured, wallSeconds };
  } finally {
    rmSync(out, { recursive: true });
  }
}

export const measuredCells = ({ cells }: RunDocument): MeasuredCell[] =>
  cells.filter((cell): cell is MeasuredCell => cell.status === 'measured');

/** @throws Error if nothing was measured. */
export function firstCell(document: RunDocument): MeasuredCell {
  const [cell] = measuredCells(document);
  if (!cell) throw new Error(`${document.run.command}: nothing was measured`);
  return cell;
}
