/**
 * What all commands that measure have in common: files and peers, Ctrl-C, the run's file, and a report even
 * if something broke.
 */
import os from 'node:os';
import path from 'node:path';
import { summarise } from '../report/index.ts';
import type { RunDocument, RunHeader, RunRecord, StoredRun, StoryRecord } from '../result.ts';
import { placeOf } from '../run/placement.ts';
import { createFixtures, type Fixtures } from '../run/processes/fixtures.ts';
import { createStandby } from '../run/processes/measured-process.ts';
import type { Standby } from '../run/processes/standby.ts';
import type { PlannedRun } from '../run/requested-cells.ts';
import { createRun, type RunWriter } from '../run/stored/store.ts';
import { interruptible } from './interrupt.ts';
import { createHeader, type Described } from './run-header.ts';
import { publish, show } from './show.ts';
import { reportUncaught } from './uncaught.ts';

/** Where results go, and how they are shown. */
export interface OutputFlags {
  readonly out: string;
  readonly data?: string;
  readonly charts: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export interface Surroundings {
  readonly fixtures: Fixtures;
  readonly standby: Standby;
  readonly signal: AbortSignal;
  /** Stores what was seen on the way through a network. */
  observed(story: StoryRecord): void;
}

/** A plan that is being carried out. */
export interface Measuring {
  /**
   * Measures; each record is on the disk before the next one is requested. Ends early if the signal aborts.
   */
  records(surroundings: Surroundings): AsyncIterable<RunRecord>;
  /** A record is on the disk. */
  stored?(record: RunRecord): void;
  /** Nothing more will be measured. */
  done(): void;
}

/** The parts in which commands that measure differ. */
export interface Undertaking<Plan> {
  plan(): Promise<PlannedRun<Plan>>;
  described(plan: Plan): Described;
  /** The first process that waits shows what a start takes. */
  begin(plan: Plan, standby: Standby): Promise<Measuring>;
  /** Of a run that was neither interrupted nor broken. */
  exitCode(stored: StoredRun, document: RunDocument): number;
}

/**
 * Measures, stores and shows; returns the exit code.
 * @throws the error that broke the measuring, after the results until then are stored and shown.
 */
export async function measureAndShow<Plan>(
  flags: OutputFlags,
  undertaking: Undertaking<Plan>,
): Promise<number> {
  // Before a module of the user's is loaded: it, or its `prepare`, may change the directory.
  const [out, data] = [path.resolve(flags.out), path.resolve(flags.data ?? os.tmpdir())];
  const { plan, name, workloadFiles } = await undertaking.plan();
  const described = undertaking.described(plan);
  const fixtures = createFixtures(data, { peerPlace: placeOf(described, 'peers') });
  const standby = createStandby();
  const stopReporting = reportUncaught();
  try {
    const header = await createHeader(described, name, {
      fixtures,
      workloadFile: workloadFiles[0],
    });
    const writer = createRun(out, header);
    const { stored, broken, isInterrupted } = await measureAll(
      header,
      writer,
      await undertaking.begin(plan, standby),
      { fixtures, standby },
    );
    // Before the pictures are drawn: a kill meanwhile leaves no file behind, and no peer takes CPU time.
    await fixtures.remove();
    const document = summarise(stored);
    if (stored.trials.length + (stored.steps?.length ?? 0) + (stored.capacities?.length ?? 0) > 0) {
      await show(document, flags.json === true ? 'json' : 'text');
      const place = { folder: writer.folder, shown: path.join(flags.out, header.id) };
      if (!broken) await publish(document, place, { charts: flags.charts, quiet: flags.quiet === true });
    }
    if (broken) throw broken.error;
    return isInterrupted ? 130 : undertaking.exitCode(stored, document);
  } finally {
    await standby.end();
    await fixtures.remove();
    stopReporting();
  }
}

interface Outcome {
  readonly stored: StoredRun;
  readonly isInterrupted: boolean;
  /** The error that ended the measuring early. */
  readonly broken?: { readonly error: unknown };
}

async function measureAll(
  header: RunHeader,
  writer: RunWriter,
  measuring: Measuring,
  { fixtures, standby }: Pick<Surroundings, 'fixtures' | 'standby'>,
): Promise<Outcome> {
  const stored: StoredRun = { header, trials: [], warnings: [] };
  const interrupt = interruptible();
  const store = (record: RunRecord) => {
    writer.append(record);
    keep(record, stored);
  };
  const { signal } = interrupt;
  try {
    for await (const record of measuring.records({ fixtures, standby, signal, observed: store })) {
      store(record);
      // Only what a kill cannot take away any more is reported.
      measuring.stored?.(record);
    }
    return { stored, isInterrupted: interrupt.signal.aborted };
  } catch (error) {
    return { stored, isInterrupted: interrupt.signal.aborted, broken: { error } };
  } finally {
    await standby.end();
    measuring.done();
    interrupt.done();
    writer.close();
  }
}

/** Keeps the record in memory, in the form in which the file is read back. */
function keep(record: RunRecord, stored: StoredRun): void {
  if (record.kind === 'trial') stored.trials.push(record);
  else if (record.kind === 'syscalls') stored.syscalls = [...(stored.syscalls ?? []), record];
  else if (record.kind === 'step') stored.steps = [...(stored.steps ?? []), record];
  else if (record.kind === 'story') stored.stories = [...(stored.stories ?? []), record];
  else if (record.kind === 'capacity') stored.capacities = [...(stored.capacities ?? []), record];
  else stored.looks = [...(stored.looks ?? []), record];
}
