import process from 'node:process';
import { notify } from './terminal.ts';

/**
 * What a workload's `prepare` left running in this process (a connection, a timer) may throw where nobody catches it: that is told, and does
 * not take the run with it.
 * @returns what ends the telling.
 */
export function tellOfUncaught(): () => void {
  const tell = (error: unknown) => {
    const isError = error instanceof Error;
    notify(`iobench: an error that nobody caught: ${isError ? `${error.name}: ${error.message}` : String(error)}\n`);
    if (process.env.DEBUG && isError) notify(`${error.stack}\n`);
  };
  process.on('uncaughtException', tell);
  return () => void process.off('uncaughtException', tell);
}
