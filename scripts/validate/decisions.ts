/**
 * What is said of models, by simulation: how often it is false, how often it is said, and whether looking
 * early costs truth.
 */
import { randomFrom } from '../../dist/load/random.js';
import { extremeQuantile } from '../../dist/stats/extremes.js';
import { levelsOf } from '../../dist/stats/looks.js';
import { mayBeBest, type Standing, standingsOf } from '../../dist/stats/standings.js';
import type { Check } from './main.ts';
import { falseClaims } from './peeking.ts';

export const CELLS = 10;
const SECTIONS = 10_000;
/** What chance adds to 5 % in one of a hundred simulations of this many sections. */
export const mostFalse = (sections: number): number => 0.05 + 2.326 * Math.sqrt((0.05 * 0.95) / sections);
const MOST_FALSE = mostFalse(SECTIONS);

const random = randomFrom(12);
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const exponential = () => -Math.log(1 - random());

/**
 * The noise of trials on the scale of logarithms, in standard deviations; skewed as trials of the reference
 * run are.
 */
const NOISES = [
  normal,
  // Student's t with three degrees of freedom.
  () => normal() / Math.sqrt(normal() ** 2 + normal() ** 2 + normal() ** 2),
  () => (4 - exponential() - exponential() - exponential() - exponential()) / 2,
  // One trial of twenty is disturbed.
  () => normal() - (random() < 0.05 ? 5 * random() : 0),
];
export const NOISE_IN_WORDS = 'noise normal, heavy-tailed, skewed and disturbed in turn, unequal variances';
/**
 * The logarithm of cells' deviations spreads by so much, as in the sections of the reference run; rounds
 * differ by half the usual deviation.
 */
const UNEQUAL = 0.5;
const SHARED = 0.5;

interface Figure {
  readonly round: number;
  readonly figure: number;
}

/** Ten models, of which the first is better by a factor; figures of one round after another. */
export class Section {
  readonly figures: Figure[][] = Array.from({ length: CELLS }, () => []);
  readonly deviations: readonly number[];
  private readonly noise: () => number;
  private readonly deviation: number;
  private readonly lead: number;
  private round = 0;

  constructor(noise: () => number, deviation: number, lead = 1) {
    this.noise = noise;
    this.deviation = deviation;
    this.lead = lead;
    this.deviations = this.figures.map(() => deviation * Math.exp(UNEQUAL * normal()));
  }

  /** Measures some rounds more. */
  measure(rounds: number): void {
    for (let more = 0; more < rounds; more++, this.round++) {
      const shared = SHARED * this.deviation * normal();
      this.deviations.forEach((own, cell) => {
        const log = (cell === 0 ? Math.log(this.lead) : 0) + shared + own * this.noise();
        this.figures[cell]?.push({ round: this.round, figure: Math.exp(log) });
      });
    }
  }

  standings(): Standing[] {
    return standingsOf({ cells: this.figures, better: 'more' });
  }
}

const isBehind = ({ mayBeBest }: Standing): boolean => !mayBeBest;
export const noiseOf = (section: number): (() => number) => NOISES[section % NOISES.length] as () => number;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Sections of equal models, with as many rounds as there may be. */
function equals(): Check[] {
  return [3, 5, 20].flatMap((rounds) => {
    const sections = rounds === 3 ? SECTIONS : SECTIONS / 4;
    let wrong = 0;
    let covered = 0;
    for (let index = 0; index < sections; index++) {
      const section = new Section(noiseOf(index), 0.15);
      section.measure(rounds);
      const standings = section.standings();
      if (standings.some(isBehind)) wrong++;
      // The disturbed trials of a cell shift where it truly is.
      const truth = index % NOISES.length === 3 ? 0.125 : 0;
      covered += standings.filter(({ centre }, cell) => {
        const centreLog = -truth * (section.deviations[cell] as number);
        return Math.log(centre.low) <= centreLog && centreLog <= Math.log(centre.high);
      }).length;
    }
    const most = mostFalse(sections);
    return [
      {
        what: `${sections} sections of ${CELLS} equal models, ${rounds} rounds (${NOISE_IN_WORDS}): any is called behind`,
        bar: `at most ${percent(most)}`,
        found: percent(wrong / sections),
        isMet: wrong / sections <= most,
      },
      {
        what: 'the same: whiskers that hold the truth',
        bar: '94 to 97.5 %',
        found: percent(covered / sections / CELLS),
        isMet: covered / sections / CELLS >= 0.94 && covered / sections / CELLS <= 0.975,
      },
    ];
  });
}

const PLAN = [3, 4, 5, 6, 8];

/** Equal models that are looked at five times. */
function looking(): Check[] {
  const levels = levelsOf(
    PLAN.map((rounds) => rounds / (PLAN.at(-1) as number)),
    CELLS,
  );
  let wrong = 0;
  for (let index = 0; index < SECTIONS; index++) {
    const section = new Section(noiseOf(index), 0.15);
    // A section in which something false was said counts, whatever comes after.
    const isWrong = PLAN.some((rounds, look) => {
      section.measure(rounds - (PLAN[look - 1] ?? 0));
      return mayBeBest({ cells: section.figures, better: 'more' }, levels[look]).includes(false);
    });
    if (isWrong) wrong++;
  }
  return [
    {
      what: `${SECTIONS} sections of ${CELLS} equal models, looked at after ${PLAN.join(', ')} rounds: any is called behind at any look`,
      bar: `at most ${percent(MOST_FALSE)}`,
      found: percent(wrong / SECTIONS),
      isMet: wrong / SECTIONS <= MOST_FALSE,
    },
  ];
}

/**
 * How many of a section's cells a test would show that knows each cell's variance, and which model is the
 * best.
 */
function knownToBeBehind({ figures, deviations }: Section, bound: number): number {
  const means = figures.map((all) => all.reduce((sum, { figure }) => sum + Math.log(figure), 0) / all.length);
  const error = (a: number, b: number) =>
    Math.sqrt(((deviations[a] as number) ** 2 + (deviations[b] as number) ** 2) / (figures[0]?.length ?? 1));
  return means.filter((mean, cell) => cell > 0 && (means[0] as number) - mean > bound * error(0, cell))
    .length;
}

const POWER_SECTIONS = 200;
/**
 * The share of pairs that are shown, and of those that Dunnett's one-sided test would show if it knew the
 * variances and the best.
 */
export function powerTable(
  deviations: readonly number[],
  roundNumbers: readonly number[],
  sections = POWER_SECTIONS,
): { lead: number; deviation: number; rounds: number; shown: number; known: number }[] {
  const bound = extremeQuantile(0.05, { all: CELLS, suspects: 1 }, Number.POSITIVE_INFINITY);
  return [1.5, 2].flatMap((lead) =>
    deviations.flatMap((deviation) =>
      roundNumbers.map((rounds) => {
        let [shown, known] = [0, 0];
        for (let index = 0; index < sections; index++) {
          const section = new Section(normal, deviation, lead);
          section.measure(rounds);
          shown += section.standings().slice(1).filter(isBehind).length;
          known += knownToBeBehind(section, bound);
        }
        const pairs = sections * (CELLS - 1);
        return { lead, deviation, rounds, shown: shown / pairs, known: known / pairs };
      }),
    ),
  );
}

/** Windows of warm code spread by so much. */
const WARM = [0.05, 0.1];

function power(): Check[] {
  const table = powerTable(WARM, [5, 6, 8]);
  return [1.5, 2].map((lead) => {
    const rows = table.filter((row) => row.lead === lead);
    const [shown, known] = (['shown', 'known'] as const).map((key) =>
      rows.reduce((sum, row) => sum + row[key], 0),
    ) as [number, number];
    return {
      what: `a model that is better by ${lead} ×, deviations ${WARM.join(' and ')}, 5 to 8 rounds: pairs shown, over those of a Dunnett test that knows the variances`,
      bar: 'at least 0.9',
      found: (shown / known).toFixed(2),
      isMet: shown / known >= 0.9,
    };
  });
}

/** As long as so many rounds of all cells: those that stay open have two to three times as many. */
const BUDGET_ROUNDS = 6;

/** Runs with a budget, which decide for themselves who is measured again. */
async function spending(): Promise<Check[]> {
  const found = await falseClaims({
    families: SECTIONS,
    rounds: BUDGET_ROUNDS,
    noiseOf: (workload) => noiseOf(workload)(),
  });
  return found.map(({ kind, families, wrong, mostTrials }) => {
    const most = mostFalse(families);
    return {
      what: `${families} sections of ${kind} in runs with a budget of ${BUDGET_ROUNDS} rounds, looked at five times (up to ${mostTrials} trials): a model that equals the best is called behind`,
      bar: `at most ${percent(most)}`,
      found: percent(wrong / families),
      isMet: wrong / families <= most,
    };
  });
}

export async function decisions(): Promise<Check[]> {
  return [...equals(), ...looking(), ...(await spending()), ...power()];
}
