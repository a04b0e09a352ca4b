/** `iobench view`: all runs of a folder and their reports, served to this machine only. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UserError } from '../errors.ts';
import { findRun } from '../run/stored/find-run.ts';
import { readRun } from '../run/stored/store.ts';
import { interruptible } from './interrupt.ts';
import type { ViewFlags } from './options/view.ts';
import { type Served, servedFrom } from './served-runs.ts';
import { notify, print } from './terminal.ts';
import { pageAt } from './view-pages.ts';

const PORTS_TRIED = 20;
/** No other site may frame the pages, or learn their addresses. */
const GUARDS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "frame-ancestors 'self'",
} as const;

export async function view(named: string | undefined, flags: ViewFlags): Promise<number> {
  const place = findRun(flags.out, named);
  // A file that is no run is reported at once, and not by a page.
  if (named !== undefined) readRun(place.file);
  const served = servedFrom(place.file, named !== undefined);
  const server = createServer((request, response) => void answer(served, request, response));
  const port = await listen(server, parsePort(flags.port));
  const url = `http://127.0.0.1:${port}/${served.named === undefined ? '' : `runs/${encodeURIComponent(served.named.id)}/`}`;
  print(`${served.named?.file ?? served.root}: ${url}  (Ctrl-C ends)\n`);
  if (flags.open) await openBrowser(url);
  const interrupt = interruptible('');
  await new Promise((resolve) => interrupt.signal.addEventListener('abort', resolve));
  server.closeAllConnections();
  server.close();
  return 0;
}

async function answer(served: Served, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // Another site's page may point a name of its own at this address: only requests for this host are
  // answered.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? ''))
    return refuse(response, 403, 'This server answers for 127.0.0.1 and localhost only.');
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return refuse(response, 405, 'Only GET and HEAD are supported.');
  try {
    const page = await pageAt(served, request.url ?? '/');
    if (page === undefined) return refuse(response, 404, 'Not found: the list of all runs is at /');
    if (typeof page === 'function') return page(response);
    response.writeHead(200, { ...GUARDS, 'content-type': 'text/html; charset=utf-8' }).end(page);
  } catch (error) {
    const { message } = error instanceof Error ? error : new Error(String(error));
    if (response.headersSent) response.end();
    else refuse(response, 500, message);
  }
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { ...GUARDS, 'content-type': 'text/plain; charset=utf-8' }).end(`${reason}\n`);
}

/** Listens on the port, or on the next one that is free. */
async function listen(server: Server, first: number): Promise<number> {
  for (let port = first; port < first + PORTS_TRIED && port < 65536; port++) {
    const problem = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
      server.once('error', resolve);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', resolve);
        resolve(undefined);
      });
    });
    if (!problem) return (server.address() as AddressInfo).port;
    if (problem.code !== 'EADDRINUSE' && problem.code !== 'EACCES') throw problem;
  }
  throw new UserError(`no port from ${first} on is free`, { hint: 'name another one with --port N' });
}

function parsePort(written: string): number {
  const port = Number(written);
  if (Number.isInteger(port) && port >= 0 && port < 65536) return port;
  throw new UserError(`--port ${written}: not a port`, { hint: 'write a whole number up to 65535' });
}

async function openBrowser(url: string): Promise<void> {
  const { default: open } = await import('open');
  await open(url).catch(() => notify('iobench: cannot open a browser\n'));
}
