/** A window with those who observe its requests, and without what reads the machine. */
import { ClosedLoad } from '../../../src/load/closed.ts';
import { Flow } from '../../../src/run/trial/flow.ts';
import { InFlight } from '../../../src/run/trial/in-flight.ts';
import { Recorder } from '../../../src/run/trial/recorder.ts';
import { RequestCounts } from '../../../src/run/trial/request-counts.ts';
import { Stages, type WindowLimits } from '../../../src/run/trial/stages.ts';
import type { TrialLoad } from '../../../src/run/trial/trial-load.ts';
import { Window } from '../../../src/run/trial/window.ts';

export function observed(
  limits: Partial<WindowLimits> &
    Pick<WindowLimits, 'startNs' | 'warmupNs' | 'warmupRequests' | 'durationNs'>,
  turned: (stage: 'open' | 'closed') => void,
  { load, inFlight }: { load: TrialLoad; inFlight: InFlight } = {
    load: new ClosedLoad({ concurrency: 1, thinkNs: 0, startNs: limits.startNs }),
    inFlight: new InFlight(),
  },
) {
  const stages = new Stages({
    requests: Number.POSITIVE_INFINITY,
    closesOnTime: false,
    drainNs: 1e9,
    ...limits,
  });
  const histograms = new Recorder(() => 0);
  const counts = new RequestCounts();
  const flow = new Flow(() => histograms.latency.sumNs);
  const { startNs } = limits;
  const window = new Window({
    stages,
    load,
    inFlight,
    recorder: histograms,
    counts,
    flow,
    startNs,
    turned,
  });
  return { stages, window, histograms, counts };
}
