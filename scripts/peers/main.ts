/**
 * `npm run peers`: iobench beside what a user would pick instead. Each comparison's two sides are measured in
 * turn, five times, in one run; what counts is the median of the ratios. Writes results/peers.md; exit code 1
 * if a bar is missed.
 */
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import process from 'node:process';
import { markdownTable } from 'markdown-table';
import { fixtures } from '../ours.ts';
import { type Comparison, comparisons } from './comparisons.ts';
import { MissingPeer } from './theirs.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 5);

interface Row {
  readonly comparison: Comparison;
  readonly pairs: { ours: number; theirs: number }[];
  problem?: string;
}

const wanted = process.argv[2];
const rows: Row[] = comparisons
  .filter(({ what }) => wanted === undefined || what.includes(wanted))
  .map((comparison) => ({ comparison, pairs: [] }));
for (let round = 0; round < ROUNDS; round++) {
  for (const row of rows.filter(({ problem }) => problem === undefined)) await measurePair(row, round);
}
await fixtures.remove();
const text = report(rows);
if (wanted === undefined) writeFileSync(new URL('../../results/peers.md', import.meta.url), text);
process.stdout.write(`\n${text}`);
process.exit(rows.some((row) => row.problem === undefined && !isMet(row)) ? 1 : 0);

/** The sides take turns in going first. */
async function measurePair(row: Row, round: number): Promise<void> {
  const { comparison, pairs } = row;
  try {
    const first = round % 2 === 0 ? await comparison.ours() : undefined;
    const theirs = await comparison.theirs();
    pairs.push({ ours: first ?? (await comparison.ours()), theirs });
    process.stderr.write(
      `${round + 1}/${ROUNDS} ${comparison.what}: ${ratioOf(pairs.at(-1) as Row['pairs'][number]).toFixed(2)}\n`,
    );
  } catch (error) {
    row.problem =
      error instanceof MissingPeer
        ? error.message
        : `not measured: ${error instanceof Error ? error.message : String(error)}`;
    process.stderr.write(`${comparison.what}: ${row.problem}\n`);
  }
}

function ratioOf({ ours, theirs }: Row['pairs'][number]): number {
  return ours / theirs;
}

function sorted({ pairs }: Row): number[] {
  return pairs.map(ratioOf).sort((a, b) => a - b);
}

function median(values: readonly number[]): number {
  return values[values.length >> 1] ?? Number.NaN;
}

function isMet(row: Row): boolean {
  const { bar } = row.comparison;
  return 'atLeast' in bar ? median(sorted(row)) >= bar.atLeast : median(sorted(row)) <= bar.atMost;
}

function report(all: readonly Row[]): string {
  const table = all.map((row) => {
    const { what, unit, bar } = row.comparison;
    if (row.problem !== undefined) return [what, row.problem, '', '', ''];
    const ratios = sorted(row);
    const limit =
      'atLeast' in bar
        ? bar.atLeast === 0
          ? ''
          : `at least ${bar.atLeast}`
        : Number.isFinite(bar.atMost)
          ? `at most ${bar.atMost}`
          : '';
    const figures = `${shown(median(row.pairs.map(({ ours }) => ours).sort((a, b) => a - b)), unit)} / ${shown(median(row.pairs.map(({ theirs }) => theirs).sort((a, b) => a - b)), unit)}`;
    return [
      what,
      figures,
      `**${median(ratios).toFixed(2)}** (${ratios[0]?.toFixed(2)} to ${ratios.at(-1)?.toFixed(2)})`,
      limit,
      limit === '' ? '' : isMet(row) ? 'met' : 'missed',
    ];
  });
  const cpu = os.cpus()[0]?.model.trim() ?? 'unknown CPU';
  return [
    '# iobench and its peers',
    `Measured by \`npm run peers\`: both sides in turn, ${ROUNDS} times; the ratio is the median of the ratios, with the lowest and the highest.`,
    `Machine: ${cpu}, ${os.availableParallelism()} CPUs, ${os.type()} ${os.release()}, Node ${process.versions.node}.`,
    markdownTable([['what', 'ours / theirs', 'ratio', 'bar', ''], ...table]),
  ]
    .join('\n\n')
    .concat('\n');
}

function shown(value: number, unit: Comparison['unit']): string {
  if (unit === '/s') return `${(value / 1000).toFixed(0)} k/s`;
  return unit === 'ns'
    ? value < 1000
      ? `${value.toFixed(0)} ns`
      : `${(value / 1000).toFixed(1)} µs`
    : `${value.toFixed(0)} B`;
}
