import process from 'node:process';
import { namedMessageOf } from '../errors.ts';
import { notify } from './terminal.ts';

/**
 * What a workload's `prepare` left running in this process (a connection, a timer) may throw where nobody catches it: that is told, and does
 * not take the run with it.
 * @returns what ends the telling.
 */
export function tellOfUncaught(): () => void {
  const tell = (error: unknown) => {
    notify(`iobench: an error that nobody caught: ${namedMessageOf(error)}\n`);
    if (process.env.DEBUG && error instanceof Error) notify(`${error.stack}\n`);
  };
  process.on('uncaughtException', tell);
  return () => void process.off('uncaughtException', tell);
}
