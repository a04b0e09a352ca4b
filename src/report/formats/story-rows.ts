/** The way of a request through the network, as rows of a table. */
import type { Section } from '../summary/sections.ts';
import { formatDuration } from './format.ts';
import { displayWidth, wrap } from './wrap.ts';

export interface StoryRow {
  readonly name: string;
  /** `client → router`, or who does it alone. */
  readonly way: string;
  readonly time: string;
  /** `who has it? ← I have`. */
  readonly says: string;
  readonly evidence: string;
}

/** None where the run has built no network. */
export const storyRows = ({ story }: Section): StoryRow[] =>
  (story?.steps ?? []).map(({ name, from, to, says, answers, ns, evidence }) => ({
    name,
    way: from === to ? from : `${from} → ${to}`,
    time: formatDuration(ns),
    says: answers === undefined ? says : `${says} ← ${answers}`,
    evidence,
  }));

const GAP = 2;
/** Narrower than this, what is sent stands below the step. */
const LEAST_SAYS = 30;

/** The same as lines of a terminal, none longer than `width`, without what shows it. */
export function storyTable(section: Section, width: number): string[] {
  const rows = storyRows(section);
  const widest = (key: 'name' | 'time' | 'way') => Math.max(...rows.map((row) => displayWidth(row[key])));
  const [name, time, way] = [widest('name'), widest('time'), widest('way')];
  const before = name + time + way + 4 * GAP;
  return rows.flatMap((row) => {
    const texts = ['', row.name.padEnd(name), row.time.padStart(time), row.way.padEnd(way), ''];
    const first = texts.join(' '.repeat(GAP));
    return width - before < LEAST_SAYS
      ? [...wrap(first.trim(), width, '  '), ...wrap(row.says, width, '      ')]
      : wrap(row.says, width, first, ' '.repeat(before));
  });
}
