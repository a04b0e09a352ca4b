import process from 'node:process';
import { notify } from './terminal.ts';

/**
 * Ctrl-C once: the signal aborts, and the command reports the results so far. Twice: the process ends at
 * once.
 */
export function interruptible(
  notice = '\ninterrupted: finishing with the results so far (Ctrl-C again ends at once)\n',
): {
  signal: AbortSignal;
  done(): void;
} {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) {
      process.off('SIGINT', interrupt);
      process.kill(process.pid, 'SIGINT');
      return;
    }
    notify(notice);
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return {
    signal: controller.signal,
    done() {
      process.off('SIGTERM', interrupt);
      if (!controller.signal.aborted) process.off('SIGINT', interrupt);
    },
  };
}
