/** The warnings: what makes a cell's numbers doubtful, and what to do about it. A closed list. */
import type { CellSpec, MeasuredCell, TrialRecord, Warning } from '../result.ts';
import { formatCount, formatShare, grouped, halfWidth } from './format.ts';
import { isSupported } from './percentiles.ts';

const SATURATED_SHARE = 0.9;
const WIDE_HALF_WIDTH = 0.1;
const LITTLE_TOLERANCE = 0.02;

type Unwarned = Omit<MeasuredCell, 'warnings'>;

interface Facts {
  readonly cell: Unwarned;
  /** Trials that did not measure anything, although others of the cell did. */
  readonly refused: readonly RefusedTrialFacts[];
  readonly plannedTrials: number;
}
interface RefusedTrialFacts {
  readonly trial: number;
  readonly reason: string;
}
interface Rule {
  readonly code: string;
  /** The sentence, or nothing where all is well. */
  message(facts: Facts): string | undefined;
  readonly remedy: string;
}

const RULES = [
  {
    code: 'peer-saturated',
    message: ({ cell }) =>
      sentence(
        Object.entries(cell.peerCpuShare)
          .filter(([, share]) => share >= SATURATED_SHARE)
          .map(([name, share]) => `peer ${name} kept a core ${formatShare(share)} busy`),
      ),
    remedy: 'The throughput is the peer’s limit, not the model’s: compare CPU per request, or take fewer clients.',
  },
  {
    code: 'requests-failed',
    message: ({ cell }) => (cell.failed === 0 ? undefined : failedRequests(cell.failed, cell.errors)),
    remedy: 'Failed requests have no latency and do not count as throughput: mend the cause and run the cell again.',
  },
  {
    code: 'trials-failed',
    message: ({ refused }) => sentence(refused.map(({ trial, reason }) => `trial ${trial} failed: ${reason}`)),
    remedy: 'The numbers come from the other trials: run the cell again if the cause was passing.',
  },
  {
    code: 'trials-missing',
    message: ({ cell, refused, plannedTrials }) => {
      const had = cell.trials + refused.length;
      return had >= plannedTrials ? undefined : `${had} of ${plannedTrials} trials were run`;
    },
    remedy: 'The run was stopped early: run it again for the full number of trials.',
  },
  {
    code: 'wide-interval',
    message: ({ cell }) => {
      const width = halfWidth(cell.throughputPerSecond);
      return cell.trials < 3 || width <= WIDE_HALF_WIDTH ? undefined : `throughput is known to ±${formatShare(width)} only`;
    },
    remedy: 'Take more or longer trials (--trials, --duration) on a quiet machine.',
  },
  {
    code: 'few-requests',
    message: ({ cell }) =>
      isSupported(cell.completed, 99) ? undefined : `${grouped(cell.completed)} requests are too few for a p99 (1,000 give one)`,
    remedy: 'Measure for longer (--duration) or with more clients.',
  },
  {
    code: 'not-kept-up',
    message: ({ cell }) =>
      sentence([
        ...(cell.shed > 0 ? [`${requests(cell.shed)} of the schedule not sent, too many were in flight`] : []),
        ...(cell.unfinished > 0 ? [`${requests(cell.unfinished)} still in flight when the trial gave up`] : []),
      ]),
    remedy: 'The load is more than this cell can serve; its latency would grow with the duration: lower the rate (--rate).',
  },
  {
    code: 'littles-law',
    message: ({ cell }) => {
      if (cell.littleRatio === undefined || Math.abs(cell.littleRatio - 1) <= LITTLE_TOLERANCE + edgeShare(cell)) return undefined;
      return `time in the system ÷ requests in the system is ${cell.littleRatio.toFixed(2)}, by Little’s law it is 1`;
    },
    remedy: 'Time is lost between requests, or the clocks disagree: do not trust this cell before the cause is known.',
  },
] as const satisfies readonly Rule[];

/** All warnings of one measured cell. */
export function warningsOf(facts: Facts): Warning[] {
  return RULES.flatMap((rule) => {
    const message = rule.message(facts);
    return message === undefined ? [] : [{ code: rule.code, message, remedy: rule.remedy }];
  });
}

/** Warnings of a cell that measured nothing: the requests that failed, by error code. */
export function refusedWarnings(trials: readonly TrialRecord[]): Warning[] {
  const errors = addErrors(trials.map((trial) => trial.errors ?? {}));
  const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
  const { code, remedy } = RULES[1];
  return failed === 0 ? [] : [{ code, message: failedRequests(failed, errors), remedy }];
}

/** Adds counts of the same error code. */
export function addErrors(parts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total = new Map<string, number>();
  for (const part of parts) {
    for (const [code, count] of Object.entries(part)) total.set(code, (total.get(code) ?? 0) + count);
  }
  return Object.fromEntries(total);
}

/** What a window that cuts requests at both ends may move Little's ratio by. */
function edgeShare(cell: CellSpec & { trials: number; completed: number }): number {
  return cell.load.kind === 'closed' ? (cell.load.concurrency * cell.trials) / Math.max(1, cell.completed) : 0;
}

function failedRequests(failed: number, errors: Readonly<Record<string, number>>): string {
  const codes = Object.entries(errors).map(([code, count]) => `${code} ${formatCount(count)}`);
  return `${requests(failed)} failed${codes.length === 0 ? '' : ` (${codes.join(', ')})`}`;
}

function requests(count: number): string {
  return `${grouped(count)} ${count === 1 ? 'request' : 'requests'}`;
}

function sentence(parts: readonly string[]): string | undefined {
  return parts.length === 0 ? undefined : parts.join('; ');
}
