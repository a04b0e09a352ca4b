/** `iobench doctor`: what on this machine would spoil a measurement, and how to fix it. */
import os from 'node:os';
import { printableJson, printableValue } from '../printable.ts';
import { plural } from '../quantity.ts';
import { type Check, examine, readAll, type State } from '../run/machine/doctor/index.ts';
import type { DoctorFlags } from './options/doctor.ts';
import { painter, print } from './terminal.ts';

/** A mark and a word, because some people cannot distinguish the colours. */
const MARKS = { ok: '✓ ok   ', note: '! note ', doubt: '✗ doubt' } as const satisfies Record<State, string>;

/**
 * Prints one line per check, and its remedy below it. Returns 1 if any check raises a doubt, 0 if none does.
 */
export async function doctor(flags: DoctorFlags): Promise<number> {
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
  const verdict =
    doubts === 0
      ? 'No check raises doubts.'
      : `${doubts} of ${checks.length} checks ${plural(doubts, 'raises', 'raise')} doubts: results measured now may be unreliable.`;
  return [...lines, '', verdict].join('\n');
}
