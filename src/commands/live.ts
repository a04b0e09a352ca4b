/** A run that goes on, told by server-sent events: the whole report again whenever trials have landed. */
import type { ServerResponse } from 'node:http';
import type { ServedRun } from './served-runs.ts';

const LOOK_EVERY_MS = 1000;
/** Making a report takes CPU time from what is being measured: it may take this share of the time at most. */
const SHARE = 0.05;

/** Answers with events until the run has ended, or the reader has gone. `seen` is the version that the page was made of. */
export function tellOf(run: ServedRun, response: ServerResponse, seen = ''): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  response.write('retry: 2000\n\n');
  let told = seen;
  let notBefore = 0;
  const look = () => {
    try {
      const version = run.version();
      const isOver = !run.isGoingOn();
      if (version !== told && (isOver || performance.now() >= notBefore)) {
        const began = performance.now();
        response.write(`event: report\ndata: ${JSON.stringify(run.read())}\n\n`);
        notBefore = performance.now() + (performance.now() - began) / SHARE;
        told = version;
      }
      if (isOver) end();
    } catch {
      // The folder is gone, or holds something else by now.
      end();
    }
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  const end = () => {
    clearInterval(timer);
    response.end('event: end\ndata: \n\n');
  };
  response.on('close', () => clearInterval(timer));
  look();
}
