/** `iobench doctor`: what on this machine would spoil a measurement, and how to mend it. */
import os from 'node:os';
import { printableJson, printableValue } from '../printable.ts';
import { type Check, examine, readAll, type State } from '../run/machine/doctor/index.ts';
import { painter, print } from './terminal.ts';

/** A mark and a word: a colour alone tells some people nothing. */
const MARKS = { ok: '✓ ok   ', note: '! note ', doubt: '✗ doubt' } as const satisfies Record<State, string>;

/** Prints a line a check, and below it what mends it. 0 if nothing is in doubt, 1 if anything is. */
export async function doctor(flags: { data?: string; json?: boolean }): Promise<number> {
  const checks = examine(await readAll(flags.data ?? os.tmpdir()));
  print(flags.json ? `${printableJson(checks, 2)}\n` : `${listOf(printableValue(checks), painter())}\n`);
  return checks.some(({ state }) => state === 'doubt') ? 1 : 0;
}

function listOf(checks: readonly Check[], colors: ReturnType<typeof painter>): string {
  const paint = { ok: colors.green, note: colors.cyan, doubt: colors.yellow } as const;
  const width = Math.max(...checks.map(({ name }) => name.length));
  const indent = ' '.repeat(MARKS.ok.length + width + 4);
  const lines = checks.flatMap(({ name, state, finding, remedy }) => [
    `${paint[state](MARKS[state])}  ${name.padEnd(width)}  ${finding}`,
    ...(remedy === undefined ? [] : [colors.dim(`${indent}→ ${remedy}`)]),
  ]);
  const doubts = checks.filter(({ state }) => state === 'doubt').length;
  const verdict = doubts === 0 ? 'Nothing here is in doubt.' : `${doubts} of ${checks.length} in doubt: what is measured now may not be worth much.`;
  return [...lines, '', verdict].join('\n');
}
