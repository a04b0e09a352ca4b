/**
 * What is said on stderr while capacities are searched for: a line a step; on a terminal also what is being
 * measured.
 */
import { counted } from '../quantity.ts';
import { sentenceOf } from '../reasons.ts';
import { formatLoad, formatModel, formatParams, formatRate } from '../report/formats/format.ts';
import { capacityText } from '../report/verdicts/capacity-verdict.ts';
import type { CapacityRecord, JudgedRate, SearchedSpec } from '../result.ts';
import {
  type CapacityEvent,
  type CapacityPlan,
  expectedCapacityNs,
  expectedGuessesNs,
} from '../run/capacity-steps.ts';
import { placeOf } from '../run/placement.ts';
import type { PlannedCell } from '../run/plan.ts';
import type { Standby } from '../run/processes/standby.ts';
import { roughly } from './progress.ts';
import { createLiveLine, notify } from './terminal.ts';

export interface CapacityProgress {
  began(planned: PlannedCell): void;
  /** Every search has its first guess. */
  guessed(leftNs: (startNs: number) => number): void;
  happened(event: CapacityEvent): void;
  output(text: string): void;
  done(): void;
}

const quiet: CapacityProgress = { began() {}, guessed() {}, happened() {}, output: notify, done() {} };

export async function createCapacityProgress(
  plan: CapacityPlan,
  isQuiet: boolean,
  standby: Pick<Standby, 'measureStart'>,
): Promise<CapacityProgress> {
  if (isQuiet) return quiet;
  const startNs = await standby.measureStart(placeOf(plan, 'measured'));
  const live = createLiveLine();
  const say = live?.notify ?? notify;
  const searches = plan.cells.filter(({ refusal }) => refusal === undefined).length;
  const name = namer(plan.cells);
  const startedMs = Date.now();
  let over = 0;
  const what = counted(searches, 'search', 'searches');
  say(
    `iobench: ${what} for the highest rate with ${plan.objective}, about ${roughly(expectedCapacityNs(plan, startNs))} (a process takes ${(startNs / 1e9).toFixed(1)}s to start here); longer where rates are low\n`,
  );
  return {
    began: ({ cell }) => live?.show(`${over} of ${searches} found  ${name(cell)} · ${formatLoad(cell.load)}`),
    guessed(leftNs) {
      // What a trial takes here besides, the first ones have shown.
      const slowness = Math.max(1, ((Date.now() - startedMs) * 1e6) / expectedGuessesNs(plan, startNs));
      say(`first guesses are known: about ${roughly(leftNs(startNs) * slowness)} left\n`);
    },
    happened(event) {
      if (event.kind === 'step') return say(`${name(event.record.cell)} · ${stepText(event.record)}\n`);
      const { cell, ratePerSecond } = event.record;
      if (event.stepCount === 0 && !event.isFailed) return;
      if (ratePerSecond !== undefined) over++;
      say(
        `${ratePerSecond === undefined ? '' : `[${over}/${searches}] `}${name(cell)}: ${foundText(event.record)}\n`,
      );
    },
    output: say,
    done: () => live?.clear(),
  };
}

const stepText = ({ ratePerSecond, kept, measured, why }: JudgedRate): string =>
  `${formatRate(ratePerSecond)}: ${kept ? `kept, ${measured}` : `not kept, ${why ?? measured}`}`;

function foundText({ reason, ...found }: CapacityRecord): string {
  const text = capacityText({ ...found, reason: reason && sentenceOf(reason) });
  return found.ratePerSecond === undefined ? text : `carries ${text}`;
}

/** Names a search; its parameters only where the workload has several sets of them. */
function namer(cells: readonly PlannedCell[]): (cell: SearchedSpec) => string {
  const workloads = new Map(cells.map(({ planned }) => [planned.workload.name, planned]));
  return (cell) => {
    const planned = workloads.get(cell.workload);
    const params =
      planned !== undefined && planned.params.length > 1
        ? formatParams(cell.params, planned.workload.units ?? {})
        : '';
    return [cell.workload, params, formatModel(cell)].filter((part) => part !== '').join(' · ');
  };
}
