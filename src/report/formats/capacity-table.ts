/** What each model of a section can carry, as a table of the terminal. */
import type { Capacity, RunDocument } from '../../result.ts';
import type { Section } from '../summary/sections.ts';
import { capacitiesOf, failedText, keptText, stepTexts, whyNotMore } from '../verdicts/capacity-verdict.ts';
import { characterBar } from './bar.ts';
import { formatModel } from './format.ts';
import type { Colors } from './text-table.ts';
import { cut, displayWidth, wrap } from './wrap.ts';

interface Style {
  readonly width: number;
  readonly colors: Colors;
}
interface Row {
  readonly model: string;
  readonly kept: string;
  readonly failed: string;
  readonly why: string;
  /** From 0 to 1. */
  readonly bar: number;
  readonly isKnown: boolean;
}

const LARGEST_BAR = 20;
const GAP = 2;
const NO_BREAK = '\u00a0';

/** A table an objective, the best model first; no line is longer than `width`. */
export function capacityTables(document: RunDocument, section: Section, style: Style): string[] {
  return capacitiesOf(document, section).flatMap(({ objective, capacities }, index) => [
    ...(index === 0 ? [] : ['']),
    ...wrap(`Capacity: the highest rate of arrivals that kept ${objective}`, style.width).map((line) =>
      style.colors.bold(line),
    ),
    '',
    ...table(capacities, style),
  ]);
}

/** What was measured on the way, a line a model, in the order of the rates. */
export function capacitySteps(document: RunDocument, section: Section, width: number): string[] {
  const measured = capacitiesOf(document, section).flatMap(({ capacities }) =>
    capacities.filter(({ steps }) => steps.length > 0),
  );
  return measured.flatMap((capacity) => {
    // A step is not broken between its rate and its figure.
    const steps = stepTexts(capacity).map((step) => step.replaceAll(' ', NO_BREAK));
    const lines = wrap(`${formatModel(capacity.cell)}: ${steps.join(' · ')}`, width, '  ', '    ');
    return lines.map((line) => line.replaceAll(NO_BREAK, ' '));
  });
}

function table(capacities: readonly Capacity[], { width, colors }: Style): string[] {
  const most = Math.max(...capacities.map(({ ratePerSecond = 0 }) => ratePerSecond));
  const rows = capacities.map((capacity) => rowOf(capacity, most));
  const widest = (head: string, key: 'model' | 'kept' | 'failed' | 'why', known = rows) =>
    Math.max(displayWidth(head), ...known.map((row) => displayWidth(row[key])));
  const measured = rows.filter(({ isKnown }) => isKnown);
  const model = Math.min(widest('model', 'model'), Math.max(12, Math.floor(width / 3)));
  const [kept, failed] = [widest('carries', 'kept', measured), widest('fails at', 'failed', measured)];
  const room = width - model - kept - failed - 2 * GAP;
  const bar = Math.max(
    0,
    Math.min(LARGEST_BAR, room - 2 * GAP - Math.min(widest('why', 'why', measured), 30)),
  );
  const why = Math.max(0, room - GAP - (bar > 0 ? bar + GAP : 0));
  const line = (cells: readonly string[]) => cells.join(' '.repeat(GAP)).trimEnd();
  const head = line([
    fill('model', model),
    'carries'.padStart(kept),
    'fails at'.padStart(failed),
    ...(bar > 0 ? [' '.repeat(bar)] : []),
    'why',
  ]);
  return [
    colors.dim(head),
    ...rows.map((row) => {
      const name = fill(cut(row.model, model), model);
      if (!row.isKnown) return line([colors.dim(name), colors.yellow(cut(row.why, width - model - GAP))]);
      const drawn = bar > 0 ? [fill(characterBar(row.bar, bar), bar)] : [];
      const numbers = [colors.bold(row.kept.padStart(kept)), row.failed.padStart(failed)];
      return line([
        name,
        ...numbers,
        ...drawn.map((text) => (row.bar === 1 ? colors.green(text) : text)),
        colors.dim(cut(row.why, why)),
      ]);
    }),
  ];
}

function rowOf(capacity: Capacity, most: number): Row {
  const { ratePerSecond } = capacity;
  const isKnown = ratePerSecond !== undefined;
  return {
    model: formatModel(capacity.cell),
    kept: keptText(capacity),
    failed: failedText(capacity),
    why: isKnown ? whyNotMore(capacity) : (capacity.reason ?? 'not measured'),
    bar: isKnown && most > 0 ? ratePerSecond / most : 0,
    isKnown,
  };
}

const fill = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - displayWidth(text)));
