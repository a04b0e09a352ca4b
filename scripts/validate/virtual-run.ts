/**
 * Runs with a budget whose models are made up and whose clock is moved by what they take: who is measured
 * when, the looks, and what is said of them are those of real runs.
 */
import { randomFrom } from '../../dist/load/random.js';
import { questionsOf } from '../../dist/report/index.js';
import type { CellSpec, LookRecord, MeasuredTrial, TrialRecord } from '../../dist/result.js';
import { type BudgetPlan, measureWithin, type Prospect } from '../../dist/run/budget.js';
import type { PlannedCell } from '../../dist/run/plan.js';

/**
 * The logarithm of cells' deviations spreads by so much, as in the sections of the reference run; rounds
 * differ by half the usual deviation.
 */
const UNEQUAL = 0.5;
const SHARED = 0.5;
const START_NS = 0.5e9;
const LOAD_NS = 0.5e9;

export interface VirtualModels {
  /** For each workload, how fast each model is. A workload has one load, and is a question. */
  readonly speeds: readonly (readonly number[])[];
  /** Of trials, on the scale of logarithms. */
  readonly deviation: number;
  /** Of one standard deviation, by the number of the workload; normal if left out. */
  readonly noiseOf?: (workload: number, normal: () => number) => number;
  /** Requests of a trial; 5,000 if left out. */
  readonly requestsOf?: (workload: number, model: number) => number;
  /** A process takes so many times as long, by the round; as long as any other if left out. */
  readonly slownessOf?: (round: number) => number;
  readonly signal?: AbortSignal;
}
export type VirtualPlan = Pick<BudgetPlan, 'budgetNs'> &
  Partial<Pick<BudgetPlan, 'isStrict' | 'narrowShare' | 'trials' | 'seed'>>;

export interface VirtualRun {
  readonly trials: MeasuredTrial[];
  readonly looks: LookRecord[];
  readonly prospects: Prospect[];
  readonly elapsedNs: number;
}

/** What one round of all cells takes. */
export const roundNs = ({ speeds }: Pick<VirtualModels, 'speeds'>): number =>
  speeds.flat().length * (START_NS + LOAD_NS);

/** The number of a cell's workload, and of its model. */
export const placeOf = ({ workload, model }: CellSpec): { workload: number; model: number } => ({
  workload: Number(workload),
  model: Number(model),
});

export async function runVirtually(models: VirtualModels, plan: VirtualPlan): Promise<VirtualRun> {
  const {
    noiseOf = (_, normal) => normal(),
    requestsOf = () => 5000,
    slownessOf = () => 1,
    signal = new AbortController().signal,
  } = models;
  const seed = plan.seed ?? 1;
  const random = randomFrom(1000 + seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const deviations = models.speeds.map((speeds) =>
    speeds.map(() => models.deviation * Math.exp(UNEQUAL * normal())),
  );
  const shared = new Map<string, number>();
  const run: { trials: MeasuredTrial[]; looks: LookRecord[]; prospects: Prospect[] } = {
    trials: [],
    looks: [],
    prospects: [],
  };
  let nowNs = 5e9;

  async function* measureProcess(cells: readonly PlannedCell[], round: number): AsyncGenerator<TrialRecord> {
    nowNs += START_NS * slownessOf(round);
    for (const { cell } of cells) {
      nowNs += LOAD_NS * slownessOf(round);
      const { workload, model } = placeOf(cell);
      const key = `${workload} ${round}`;
      const common = shared.get(key) ?? SHARED * models.deviation * normal();
      shared.set(key, common);
      const own = deviations[workload]?.[model] ?? 0;
      const speed =
        (models.speeds[workload]?.[model] ?? 0) * Math.exp(common + own * noiseOf(workload, normal));
      yield trialOf(cell, round, requestsOf(workload, model), speed);
    }
  }
  const records = measureWithin(
    {
      isStrict: true,
      trials: 3,
      ...plan,
      seed,
      cells: models.speeds.flatMap((speeds, workload) =>
        speeds.map((_, model) => plannedCell(workload, model)),
      ),
    },
    {
      nowNs: () => nowNs,
      signal,
      expectedNs: (cells) => START_NS + cells.length * LOAD_NS,
      measureProcess,
      judge: (trials, looks) => questionsOf(trials, looks, plan.narrowShare),
      looked: (prospect) => run.prospects.push(prospect),
    },
  );
  for await (const record of records) {
    if (record.kind === 'look') run.looks.push(record);
    else if (record.status === 'measured') run.trials.push(record);
  }
  return { ...run, elapsedNs: nowNs - 5e9 };
}

function plannedCell(workload: number, model: number): PlannedCell {
  const name = String(workload);
  return {
    cell: { model: String(model), workload: name, params: {}, load: { kind: 'closed', concurrency: 8 } },
    planned: { workload: { name, summary: '', form: 'operations' }, reference: { name }, params: [{}] },
    params: {},
    refusal: undefined,
  };
}

function trialOf(cell: CellSpec, trial: number, completed: number, speed: number): MeasuredTrial {
  const histogram = { hdr: '', meanNs: 1, count: completed };
  return {
    kind: 'trial',
    cell,
    trial,
    status: 'measured',
    startedAt: '2026-01-02T03:04:05.000Z',
    windowNs: (completed * 1e9) / speed,
    warmupNs: 0,
    completed,
    failed: 0,
    errors: {},
    shed: 0,
    unfinished: 0,
    latency: histogram,
    service: histogram,
    lag: histogram,
    cpu: { userNs: 1, systemNs: 1 },
    contextSwitches: { voluntary: 0, involuntary: 0 },
    maxRssBytes: 1,
    peers: [],
    notes: [],
  };
}
