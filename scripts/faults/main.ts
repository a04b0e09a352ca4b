/**
 * `npm run faults`: does iobench lose or invent anything, hang, or leave something behind, whatever is done
 * to it? Kills, broken files, wrong command lines, broken workloads and servers that misbehave, each many
 * times. Prints a table of counts; exit code 1 unless all are zero.
 */
import process from 'node:process';
import { markdownTable } from 'markdown-table';
import { type CampaignOptions, expectedSeconds, numbersOf, perform, type Result } from './campaign.ts';
import { asked } from './flags.ts';
import { FAULTS, type FaultName } from './kind.ts';
import { slownessOfMachine } from './slowness.ts';

const names = Object.keys(FAULTS) as FaultName[];
const { kinds, ...options } = asked(process.argv.slice(2));
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(130));
const slowness = await slownessOfMachine();
const seconds = expectedSeconds(kinds, options, slowness);
const tries = kinds.reduce((sum, kind) => sum + numbersOf(kind, options).length, 0);
process.stdout.write(
  `seed ${options.seed}: ${tries} tries of ${kinds.length} kinds, about ${spelledTime(seconds)} where nothing hangs\n`,
);
const startedMs = performance.now();
const results = await perform(kinds, { ...options, report });
process.stdout.write(
  `\n${tableOf(results)}\n\n${notesOf(results)}in ${spelledTime((performance.now() - startedMs) / 1000)}\n`,
);
process.exit(results.every(({ faults }) => faults.length === 0) ? 0 : 1);

function report(...[kind, number, faults]: Parameters<NonNullable<CampaignOptions['report']>>): void {
  for (const name of names) {
    const [first, ...others] = faults.filter((fault) => fault.name === name);
    if (first)
      process.stderr.write(
        `${name}: ${first.detail}${others.length > 0 ? ` (and ${others.length} more)` : ''}\n`,
      );
  }
  if (faults.length > 0)
    process.stderr.write(
      `    again: npm run faults -- --seed ${options.seed} --only ${kind.name} --number ${number}\n`,
    );
}

function tableOf(all: readonly Result[]): string {
  const rows = all.map(({ kind, tries, seconds, faults }) => [
    kind.what,
    String(tries),
    ...names.map((name) => String(triesWith(name, faults))),
    `${Math.round(seconds)} s`,
  ]);
  return markdownTable([['', 'tries', ...names, ''], ...rows], {
    align: ['l', ...names.map(() => 'r'), 'r', 'r'],
  });
}

/** A try that finds the same in all formats counts once. */
function triesWith(name: FaultName, faults: Result['faults']): number {
  return new Set(faults.flatMap((fault) => (fault.name === name ? [fault.number] : []))).size;
}

function notesOf(all: readonly Result[]): string {
  return all
    .flatMap(({ kind, notes }) =>
      [...notes].map(([note, count]) => `${kind.name}: in ${count} tries: ${note}\n`),
    )
    .join('');
}

function spelledTime(duration: number): string {
  return duration < 120 ? `${Math.ceil(duration)} s` : `${Math.ceil(duration / 60)} minutes`;
}
