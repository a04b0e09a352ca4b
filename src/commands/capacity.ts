/** `iobench capacity`: searches for the highest rate at which each model keeps an objective, stores what it measured, and shows it. */
import os from 'node:os';
import path from 'node:path';
import { summarise } from '../report/index.ts';
import type { RunHeader, StoredRun } from '../result.ts';
import { type CapacityEvent, type CapacityPlan, searchCapacities } from '../run/capacity-steps.ts';
import { loadNs } from '../run/estimate.ts';
import { createFixtures, type Fixtures } from '../run/processes/fixtures.ts';
import { createRun, type RunWriter } from '../run/stored/store.ts';
import { type CapacityFlags, planCapacity } from './capacity-plan.ts';
import { createCapacityProgress } from './capacity-progress.ts';
import { interruptible } from './interrupt.ts';
import { createHeader } from './run-header.ts';
import { publish, show } from './show.ts';
import { tellOfUncaught } from './uncaught.ts';

/** Loads that a search tries for each model: to double a rate until it fails, and to halve what is left. */
const USUAL_STEPS = 10;

/** Searches, stores and shows; the exit code. */
export async function capacity(names: string[], flags: CapacityFlags): Promise<number> {
  // Before any module of the user's is loaded: that, or its `prepare`, may change the directory.
  const [out, data] = [path.resolve(flags.out), path.resolve(flags.data ?? os.tmpdir())];
  const { plan, name, workloadFiles } = await planCapacity(names, flags);
  const fixtures = createFixtures(data);
  const stopTelling = tellOfUncaught();
  try {
    const header = await createHeader({ ...plan, trials: 1, expectedNs: USUAL_STEPS * plan.cells.length * loadNs(plan) }, name, {
      fixtures,
      workloadFile: workloadFiles[0],
    });
    return await searchAndShow(plan, header, createRun(out, header), fixtures, flags);
  } finally {
    await fixtures.remove();
    stopTelling();
  }
}

async function searchAndShow(plan: CapacityPlan, header: RunHeader, writer: RunWriter, fixtures: Fixtures, flags: CapacityFlags): Promise<number> {
  const stored: Stored = { header, trials: [], capacities: [], warnings: [] };
  const interrupt = interruptible();
  const progress = await createCapacityProgress(plan, flags.quiet === true);
  let hasFailed = false;
  let broken: unknown;
  try {
    const { began, guessed, output } = progress;
    for await (const event of searchCapacities(plan, { fixtures, signal: interrupt.signal, began, guessed, output })) {
      // Nothing is reported that a kill could still take away.
      keep(event, stored, writer);
      progress.happened(event);
      if (event.kind === 'found' && event.isFailed) hasFailed = true;
    }
  } catch (error) {
    // What was measured is shown all the same, before the error is told.
    broken = error;
  } finally {
    progress.done();
    interrupt.done();
    writer.close();
  }
  // Before the pictures are drawn: whoever ends that leaves nothing behind, and no peer is awake meanwhile.
  await fixtures.remove();
  if (stored.trials.length + stored.capacities.length > 0) {
    const document = summarise(stored);
    await show(document, flags.json === true ? 'json' : 'text');
    const place = { folder: writer.folder, shown: path.join(flags.out, header.id) };
    if (!broken) await publish(document, place, { charts: flags.charts, quiet: flags.quiet === true });
  }
  if (broken) throw broken;
  if (interrupt.signal.aborted) return 130;
  return hasFailed ? 3 : 0;
}

type Stored = StoredRun & Required<Pick<StoredRun, 'capacities'>>;

/** In memory and on the disk. */
function keep(event: CapacityEvent, stored: Stored, writer: RunWriter): void {
  if (event.kind === 'step') {
    stored.trials.push(event.record);
    return writer.append(event.record);
  }
  stored.capacities.push(event.capacity);
  writer.append(event.capacity);
}
