/**
 * Server-sent events of a run that goes on: the whole report again whenever trials have landed. However many
 * pages are open, a run is checked once a second, and its report is made once for all of them.
 */
import type { ServerResponse } from 'node:http';
import type { ServedRun } from './served-runs.ts';

const LOOK_EVERY_MS = 1000;
/** Making a report takes CPU time from the measured processes: it may take this share of the time at most. */
const SHARE = 0.05;

/** An open page. */
interface Reader {
  readonly response: ServerResponse;
  /** The version of the run that it shows. */
  shows: string;
}

/** One for each run that a page is open for, by its file. */
const watches = new Map<string, Watch>();

/**
 * Answers with events until the run has ended, or the reader has left. `seen` is the version that the page
 * was made from.
 */
export function sendUpdates(run: ServedRun, response: ServerResponse, seen = ''): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  // A HEAD request waits for no events.
  if (response.req.method === 'HEAD') return void response.end();
  response.write('retry: 2000\n\n');
  let watch = watches.get(run.file);
  if (watch === undefined) {
    watch = new Watch(run);
    watches.set(run.file, watch);
  }
  watch.add({ response, shows: seen });
}

class Watch {
  private readonly run: ServedRun;
  private readonly readers = new Set<Reader>();
  private readonly timer: NodeJS.Timeout;
  private latest: { readonly version: string; readonly event: string } | undefined;
  private notBefore = 0;

  constructor(run: ServedRun) {
    this.run = run;
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  add(reader: Reader): void {
    this.readers.add(reader);
    reader.response.on('close', () => {
      this.readers.delete(reader);
      if (this.readers.size === 0) this.stop();
    });
    this.look();
  }

  private look(): void {
    try {
      const version = this.run.version();
      const isOver = !this.run.isGoingOn();
      const isAwaited = [...this.readers].some(({ shows }) => shows !== version);
      if (isAwaited && version !== this.latest?.version && (isOver || performance.now() >= this.notBefore))
        this.make(version);
      for (const reader of this.readers) this.send(reader, isOver);
      if (isOver) this.end();
    } catch {
      // The folder was removed, or its content replaced.
      this.end();
    }
  }

  private make(version: string): void {
    const began = performance.now();
    this.latest = { version, event: `event: report\ndata: ${JSON.stringify(this.run.read())}\n\n` };
    this.notBefore = performance.now() + (performance.now() - began) / SHARE;
  }

  private send(reader: Reader, isLast: boolean): void {
    // A page that does not keep up is sent the latest report when it has received the one before.
    if (
      this.latest === undefined ||
      reader.shows === this.latest.version ||
      (reader.response.writableNeedDrain && !isLast)
    )
      return;
    reader.response.write(this.latest.event);
    reader.shows = this.latest.version;
  }

  private end(): void {
    this.stop();
    for (const { response } of this.readers) response.end('event: end\ndata: \n\n');
  }

  private stop(): void {
    clearInterval(this.timer);
    if (watches.get(this.run.file) === this) watches.delete(this.run.file);
  }
}
