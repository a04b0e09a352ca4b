/** `iobench view`: one report, served on this machine only. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { UserError } from '../errors.ts';
import { summarise } from '../report/index.ts';
import { findRun, readRun } from '../run/store.ts';
import { interruptible } from './interrupt.ts';
import { render } from './show.ts';

const PORTS_TRIED = 20;

export async function view(named: string | undefined, flags: { out: string; port: string; open: boolean }): Promise<number> {
  const folder = findRun(flags.out, named);
  const page = await render(summarise(readRun(folder)), 'html');
  const server = createServer((request, response) => {
    // Another site's page may point a name of its own at this address: only our own name is answered.
    const isOurs = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? '');
    if (!isOurs || request.url !== '/') {
      response
        .writeHead(isOurs ? 404 : 403, { 'content-type': 'text/plain' })
        .end(isOurs ? 'There is only one page here: /\n' : 'Not for this host.\n');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(page);
  });
  const port = await listen(server, parsePort(flags.port));
  const url = `http://127.0.0.1:${port}/`;
  process.stdout.write(`${folder}: ${url}  (Ctrl-C ends)\n`);
  if (flags.open) await openBrowser(url);
  const interrupt = interruptible('');
  await new Promise((resolve) => interrupt.signal.addEventListener('abort', resolve));
  server.closeAllConnections();
  server.close();
  return 0;
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
  throw new UserError(`no port from ${first} on is free`, { hint: 'name another with --port N' });
}

function parsePort(written: string): number {
  const port = Number(written);
  if (Number.isInteger(port) && port >= 0 && port < 65536) return port;
  throw new UserError(`--port ${written}: not a port`, { hint: 'a whole number up to 65535' });
}

async function openBrowser(url: string): Promise<void> {
  const { default: open } = await import('open');
  await open(url).catch(() => process.stderr.write('iobench: no browser could be opened\n'));
}
