/** Whether a run that spends its time where the question is open says what is true, by simulation. */
import { familyOf } from '../../dist/report/summary/standing.js';
import type { MeasuredTrial } from '../../dist/result.js';
import { standingsAfter } from '../../dist/stats/looks.js';
import { placeOf, roundNs, runVirtually, type VirtualModels, type VirtualRun } from './virtual-run.ts';

/** How fast the models of a family are: of those that leave it early, the others get the time. */
const KINDS = [
  { kind: 'six equal models', speeds: [1, 1, 1, 1, 1, 1] },
  { kind: 'three equal models and three at half their speed', speeds: [1, 1, 1, 0.5, 0.5, 0.5] },
  { kind: 'two equal models and four that are a tenth slower', speeds: [1, 1, 0.9, 0.9, 0.9, 0.9] },
] as const;
/** Families that are measured in one run: they have its time together. */
const TOGETHER = 60;

export interface FalseClaims {
  readonly kind: string;
  readonly families: number;
  /** Families in which a model that equals the best was called behind at any look. */
  readonly wrong: number;
  /** Trials of the cells that had most, a run. */
  readonly mostTrials: number;
}

/**
 * Runs whose budget is as long as so many rounds of all cells, until there were so many families, of each
 * kind in turn.
 */
export async function falseClaims({
  families,
  rounds,
  deviation = 0.15,
  noiseOf,
}: { families: number; rounds: number } & Partial<Pick<VirtualModels, 'deviation' | 'noiseOf'>>): Promise<
  FalseClaims[]
> {
  const found = KINDS.map(({ kind }) => ({ kind, families: 0, wrong: 0, mostTrials: 0 }));
  const speeds = Array.from({ length: TOGETHER }, (_, index) => speedsOf(index));
  const models = { speeds, deviation, ...(noiseOf ? { noiseOf } : {}) };
  for (let seed = 1; seed <= families / TOGETHER; seed++) {
    const run = await runVirtually(models, { budgetNs: rounds * roundNs(models), seed });
    familiesIn(run).forEach((family, index) => {
      const kind = found[index % KINDS.length] as (typeof found)[number];
      kind.families++;
      if (isWrong(family, run, speedsOf(index))) kind.wrong++;
      kind.mostTrials = Math.max(kind.mostTrials, ...family.map(({ trials }) => trials.length));
    });
  }
  return found;
}

const speedsOf = (index: number): readonly number[] =>
  (KINDS[index % KINDS.length] as (typeof KINDS)[number]).speeds;

interface Tried {
  readonly model: number;
  readonly trials: MeasuredTrial[];
}

/** By the number of their workload. */
function familiesIn({ trials }: VirtualRun): Tried[][] {
  const families: Tried[][] = [];
  for (const trial of trials) {
    const { workload, model } = placeOf(trial.cell);
    const family = families[workload] ?? [];
    families[workload] = family;
    family[model] ??= { model, trials: [] };
    family[model].trials.push(trial);
  }
  return families;
}

/** What was said at any look stays said, so that the last one tells. */
function isWrong(family: readonly Tried[], { looks }: VirtualRun, speeds: readonly number[]): boolean {
  const taken = {
    shares: looks.map(({ share }) => share),
    afterRounds: looks.map(({ afterRound }) => afterRound),
  };
  const judged = familyOf(family, taken);
  if (judged === undefined) return false;
  return standingsAfter(judged.figures, taken).some(
    ({ mayBeBest }, index) => !mayBeBest && speeds[judged.rivals[index]?.model ?? 0] === 1,
  );
}
