/** A server under strace, which counts its system calls: what it uses is not read, and is nobody's figure. */
import { programs } from '../../programs/index.ts';
import { placeOf } from '../placement.ts';
import type { TrialOptions } from '../processes/measured-process.ts';
import type { Trace } from '../syscalls.ts';
import { failedTrial } from '../trial-record.ts';
import { generatorPlan, sendRequests } from './generators.ts';
import { type ServerProcess, startServer } from './server-process.ts';
import { serverPlan, unserved } from './server-trials.ts';

/** Its requests come from one process, however many the cell has: as many more of them are its own. */
export const traceServer =
  (options: TrialOptions): Trace =>
  async (plan, tracedTo) => {
    const { cell, trial } = plan;
    if (programs.some(({ name }) => name === cell.model))
      return failedTrial(
        cell,
        trial,
        `only a model's system calls are counted, and ${cell.model} is a program`,
      );
    let server: ServerProcess;
    try {
      const { signal, output } = options;
      const place = placeOf(options, 'measured');
      server = await startServer({ plan: serverPlan(plan), signal, place, tracedTo, output });
    } catch (error) {
      return options.signal.aborted ? undefined : unserved(plan, error);
    }
    try {
      return (await sendRequests(generatorPlan(plan, server), 1, options))?.record;
    } finally {
      await server.stop();
    }
  };
