import process from 'node:process';
import { namedMessageOf } from '../errors.ts';
import { notify } from './terminal.ts';

/**
 * A connection or a timer that a workload's `prepare` left running in this process may throw an error that is
 * never caught: it is reported, and does not end the run.
 * @returns a function that stops reporting.
 */
export function reportUncaught(): () => void {
  const report = (error: unknown) => {
    notify(`iobench: uncaught error: ${namedMessageOf(error)}\n`);
    if (process.env.DEBUG && error instanceof Error) notify(`${error.stack}\n`);
  };
  process.on('uncaughtException', report);
  return () => void process.off('uncaughtException', report);
}
