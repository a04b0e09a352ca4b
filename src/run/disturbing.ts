/** Does to a workload's peers what it names, at its moments of the window: never to the measured process. */
import { nowNs } from '../load/clock.ts';
import type { MeasuredTrial, TrialRecord } from '../result.ts';
import type { Disturbance } from '../workloads/disturbance.ts';
import type { DisturbedPeer } from './processes/disturbed-peer.ts';
import type { TrialOptions } from './processes/measured-process.ts';
import type { TrialPlan } from './trial/cell.ts';
import { failedTrial } from './trial-record.ts';

/** What is to be done, and to whom. */
export interface PlannedDisturbance extends Disturbance {
  readonly target: DisturbedPeer;
}

/**
 * The record of a trial whose peers are disturbed meanwhile, with what was done to them. A peer that cannot
 * be brought back to its first state fails the trial.
 */
export async function disturbed<Options extends TrialOptions>(
  { cell, trial, durationNs }: TrialPlan,
  options: Options,
  run: (options: Options) => Promise<TrialRecord | undefined>,
): Promise<TrialRecord | undefined> {
  const { fixture } = options;
  const { disturbances: planned = [] } = fixture;
  if (planned.length === 0) return run(options);
  const { turned, end } = disturbing(planned, durationNs);
  let record: TrialRecord | undefined;
  let disturbances: MeasuredTrial['disturbances'];
  try {
    record = await run({ ...options, turned });
  } finally {
    disturbances = await end(options.signal.aborted);
  }
  if (record?.status !== 'measured') return record;
  if (fixture.ending !== undefined) return failedTrial(cell, trial, fixture.ending);
  return { ...record, disturbances };
}

export interface Disturbing {
  turned(phase: 'open' | 'closed'): void;
  /**
   * Brings all peers back to their first state, if they are needed any longer, and returns what was done,
   * once that has ended. A peer that cannot be brought back has ended, as others see it.
   */
  end(isLast?: boolean): Promise<NonNullable<MeasuredTrial['disturbances']>>;
}

/** Of one trial, whose window is to last that long. */
export function disturbing(planned: readonly PlannedDisturbance[], durationNs: number): Disturbing {
  const doneAtNs = new Map<PlannedDisturbance, number>();
  /** What is done to one peer is done in its order; a process that is being started delays no other. */
  const underWay = new Map<DisturbedPeer, Promise<void>>();
  const timers: NodeJS.Timeout[] = [];
  const targets = new Set(planned.map(({ target }) => target));
  let isOver = false;

  function queue(target: DisturbedPeer, perform: () => Promise<void>): void {
    const earlier = underWay.get(target) ?? Promise.resolve();
    // Its error is the ending of the peer, which fails the trial.
    underWay.set(
      target,
      earlier.then(perform).catch(() => {}),
    );
  }
  function open(): void {
    const openedNs = nowNs();
    for (const each of planned) {
      const perform = async () => {
        if (isOver) return;
        await each.target.perform(each, () => {
          if (!isOver) doneAtNs.set(each, nowNs() - openedNs);
        });
      };
      timers.push(setTimeout(() => queue(each.target, perform), (each.atShare * durationNs) / 1e6));
    }
    // The window of a closed load closes as a request ends: there may be none that does not wait for a frozen
    // peer.
    if (planned.length > 0) timers.push(setTimeout(close, durationNs / 1e6));
  }
  function close(): void {
    isOver = true;
    for (const timer of timers) clearTimeout(timer);
    // Nobody waits for a frozen one for ever.
    for (const target of targets) queue(target, () => target.perform({ act: 'thaw' }));
  }
  return {
    turned: (phase) => (phase === 'open' ? open() : close()),
    async end(isLast = false) {
      close();
      if (!isLast) for (const target of targets) queue(target, () => target.restore());
      await Promise.all(underWay.values());
      return planned.map((each) => doneOf(each, doneAtNs.get(each)));
    },
  };
}

const doneOf = ({ act, whom, atShare, serviceNs }: PlannedDisturbance, atNs: number | undefined) => ({
  act,
  whom,
  atShare,
  ...(serviceNs === undefined ? {} : { serviceNs }),
  ...(atNs === undefined ? {} : { atNs }),
});
