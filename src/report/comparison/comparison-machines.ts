/**
 * A comparison for other programs: JUnit's XML, and the list that github-action-benchmark reads. XML by hand:
 * it is five kinds of element, and libraries leave in what XML 1.0 cannot write.
 */
import { printable, printableJson } from '../../printable.ts';
import { counted } from '../../quantity.ts';
import type { RunDocument } from '../../result.ts';
import { formatHalfWidth } from '../formats/format.ts';
import { isMeasured } from '../summary/sections.ts';
import { type ComparisonRow, nameIn, nameOf, type RunComparison } from './comparison.ts';
import { figureOf, formatPValue } from './comparison-table.ts';

/**
 * Renders one test case a cell: failed if it is slower beyond the limit, skipped if it could not be compared.
 */
export function renderJUnit(comparison: RunComparison): string {
  const { rows, unpaired, next, base } = comparison;
  const failures = rows.filter((row) => row.isBeyondLimit).length;
  const counts = `tests="${rows.length + unpaired.length}" failures="${failures}" errors="0" skipped="${unpaired.length}"`;
  const cases = [
    ...rows.map((row) => testCase(row, outcome(row, comparison))),
    ...unpaired.map((each) => testCase(each, [`<skipped message="${escapeXml(each.reason)}"/>`])),
  ];
  const warnings =
    comparison.warnings.length === 0
      ? []
      : [`    <system-out>${escapeXml(comparison.warnings.join('\n'))}</system-out>`];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="iobench" ${counts}>`,
    `  <testsuite name="${escapeXml(`${next.id} against ${base.id}`)}" ${counts} timestamp="${escapeXml(next.startedAt.slice(0, 19))}">`,
    ...cases,
    ...warnings,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase(
  named: Pick<ComparisonRow, 'cell' | 'objective' | 'workload'>,
  content: readonly string[],
): string {
  const head = `    <testcase classname="${escapeXml(named.cell.workload)}" name="${escapeXml(nameOf(named))}" time="0">`;
  return [head, ...content.map((line) => `      ${line}`), '    </testcase>'].join('\n');
}

function outcome(row: ComparisonRow, { failIfSlowerPercent }: RunComparison): string[] {
  const finding = `${row.words}; ${figureOf(row, 'base')} before, ${figureOf(row, 'next')} now, p ${formatPValue(row.pValue)}`;
  if (!row.isBeyondLimit) return [`<system-out>${escapeXml(finding)}</system-out>`];
  const message = `slower by more than ${failIfSlowerPercent} %: ${row.words}`;
  return [`<failure type="slower" message="${escapeXml(message)}">${escapeXml(finding)}</failure>`];
}

/** Attributes and text alike; what XML 1.0 has no way to write becomes a mark. */
function escapeXml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&apos;',
    '\n': '&#10;',
  };
  const lines = text
    .split('\n')
    .map((line) => printable(line).replace(/[\ud800-\udfff\ufffe\uffff]/gu, '\ufffd'));
  return lines.join('\n').replace(/[&<>"'\n]/g, (character) => entities[character] as string);
}

/** One entry of github-action-benchmark's `customBiggerIsBetter`. */
interface BenchmarkEntry {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly range?: string;
  readonly extra?: string;
}

/**
 * Renders the new run's throughputs and capacities as the JSON array that github-action-benchmark reads with
 * `tool: customBiggerIsBetter`. All of them are in it, whether they could be compared or not: that action
 * keeps its own history.
 */
export function renderBenchmarkAction(comparison: RunComparison, next: RunDocument): string {
  const words = new Map(comparison.rows.map((row) => [nameOf(row), row.words]));
  const against = (name: string) =>
    words.has(name) ? [`against ${comparison.base.id}: ${words.get(name)}`] : [];
  const entries = next.cells.filter(isMeasured).map((cell): BenchmarkEntry => {
    const range = formatHalfWidth(cell.throughputPerSecond);
    const name = nameIn({ cell }, next);
    return {
      name,
      unit: 'requests/s',
      value: Number(cell.throughputPerSecond.median.toPrecision(6)),
      ...(range === '' ? {} : { range }),
      extra: [counted(cell.trials, 'trial'), ...against(name)].join('\n'),
    };
  });
  const capacities = (next.capacities ?? []).flatMap((capacity): BenchmarkEntry[] => {
    if (capacity.ratePerSecond === undefined) return [];
    const name = nameIn(capacity, next);
    const extra = [counted(capacity.steps.length, 'step'), ...against(name)].join('\n');
    return [{ name, unit: 'requests/s', value: capacity.ratePerSecond, extra }];
  });
  return `${printableJson([...entries, ...capacities], 2)}\n`;
}
