/**
 * An HTTP server in a process of its own that misbehaves as it is asked to: by the path of the request, or by
 * the port for what comes before one.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';

/** How long it waits where it waits. */
export const LATER_MS = 30;

const SERVER = `
  const net = require('node:net');
  const later = (act) => setTimeout(act, ${LATER_MS});
  const answer = (head, body = 'hello', first = 'HTTP/1.1 200 OK') => first + '\\r\\n' + head + '\\r\\n' + body;
  const whole = answer('Content-Length: 5\\r\\n');
  const chunked = 'HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n5\\r\\nhello\\r\\n';
  const counts = {};
  const countOf = (path) => (counts[path] ??= { connections: 0, requests: 0, answers: 0 });

  /** What is done to the n-th request of a connection. What it calls 'give' is an answer that is complete. */
  const acts = {
    '/keep': ({ give }) => give(whole),
    '/pieces': ({ socket, give }) => { socket.write(whole.slice(0, 20)); later(() => give(whole.slice(20))); },
    '/interim': ({ give }) => give('HTTP/1.1 103 Early Hints\\r\\n\\r\\n' + whole),
    '/close': ({ give, socket }) => { give(answer('Connection: close\\r\\nContent-Length: 5\\r\\n')); socket.end(); },
    '/close-not': ({ give }) => give(answer('Connection: close\\r\\nContent-Length: 5\\r\\n')),
    '/old': ({ give, socket }) => { give(answer('Content-Length: 5\\r\\n', 'hello', 'HTTP/1.0 200 OK')); socket.end(); },
    '/old-keep': ({ give }) => give(answer('Connection: keep-alive\\r\\nContent-Length: 5\\r\\n', 'hello', 'HTTP/1.0 200 OK')),
    '/until-end': ({ give, socket }) => { give(answer('')); socket.end(); },
    '/until-later-end': ({ give, socket }) => { socket.write(answer('')); later(() => { give(' and more'); socket.end(); }); },
    /** Ends its half of the connection only, and goes on reading. */
    '/until-half-end': ({ give, socket, n }) => { if (n === 1) { give(answer('')); socket.end(); } },
    '/third': ({ give, socket, n }) => { give(whole); if (n === 3) socket.end(); },
    '/third-reset': ({ give, socket, n }) => { if (n === 3) socket.resetAndDestroy(); else give(whole); },
    '/second-end': ({ give, socket, n }) => { if (n === 2) socket.end(); else give(whole); },
    '/idle-end': ({ give, socket }) => { give(whole); later(() => socket.end()); },
    '/idle-reset': ({ give, socket }) => { give(whole); later(() => socket.resetAndDestroy()); },
    /** Answers the first request that it ever gets, and closes all connections at the next ones. */
    '/once': ({ give, socket, counted }) => { if (counted.answers === 0) give(whole); else socket.end(); },
    '/end': ({ socket }) => socket.end(),
    '/reset': ({ socket }) => socket.resetAndDestroy(),
    '/middle-of-head': ({ socket }) => socket.end(whole.slice(0, 20)),
    '/middle-of-body': ({ socket }) => socket.end(whole.slice(0, -2)),
    '/middle-of-chunks': ({ socket }) => socket.end(chunked),
    '/after-interim': ({ socket }) => socket.end('HTTP/1.1 103 Early Hints\\r\\n\\r\\n'),
    '/middle-reset': ({ socket }) => { socket.write(whole.slice(0, -2)); later(() => socket.resetAndDestroy()); },
    '/twice': ({ give }) => { give(whole + whole); },
    '/twice-later': ({ give, socket }) => { give(whole); later(() => socket.write(whole)); },
    '/more': ({ give }) => give(whole + '!'),
    '/moved': ({ give }) => give(answer('Content-Length: 0\\r\\nLocation: /keep\\r\\n', '', 'HTTP/1.1 301 Moved Permanently')),
    '/missing': ({ give }) => give(answer('Content-Length: 5\\r\\n', 'hello', 'HTTP/1.1 404 Not Found')),
    '/switch': ({ socket }) => socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: chat\\r\\nConnection: upgrade\\r\\n\\r\\n'),
    '/not-http': ({ socket }) => socket.write('hello\\r\\n\\r\\n'),
  };

  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    let n = 0;
    let counted;
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
    socket.on('data', (bytes) => {
      if (socket.writableEnded) return;
      for (const [, path] of bytes.toString().matchAll(/^GET (\\S+) /gm)) {
        counted = countOf(path);
        if (n++ === 0) counted.connections++;
        counted.requests++;
        counted.authorization = /^Authorization: (.*)\\r$/m.exec(bytes.toString())?.[1];
        const give = (text) => { counted.answers++; socket.write(text); };
        acts[path]({ socket, n, counted, give });
      }
    });
  });
  /** Answers before it is asked. */
  const hasty = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.write(whole);
    socket.on('data', () => socket.write(whole));
  });
  /** Sends every message back twice. */
  const parrot = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => socket.write(Buffer.concat([bytes, bytes])));
  });
  const listen = (each) => new Promise((resolve) => each.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, () => resolve(each.address().port)));
  process.on('message', (path) => process.send(countOf(path)));
  process.on('disconnect', () => process.exit());
  Promise.all([listen(server), listen(hasty), listen(parrot)]).then((ports) => process.send(ports));
`;

export interface Counts {
  /** On which a request has come. */
  readonly connections: number;
  readonly requests: number;
  /** Those that were complete. */
  readonly answers: number;
  /** Of the last request. */
  readonly authorization?: string;
}

export interface MisbehavingServer {
  readonly port: number;
  /** Where every connection gets an answer before it has asked. */
  readonly hastyPort: number;
  /** Where every message comes back twice. */
  readonly parrotPort: number;
  /** What has been asked for and answered at a path, since the server was started. */
  counts(path: string): Promise<Counts>;
}

/** Starts it before the tests of a file, and ends it after them. */
export function misbehavingServer(): MisbehavingServer {
  const ports = { port: 0, hastyPort: 0, parrotPort: 0 };
  let ask: (path: string) => Promise<Counts>;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'test-of-iobench-'));
    writeFileSync(path.join(directory, 'server.cjs'), SERVER);
    const server = fork(path.join(directory, 'server.cjs'));
    const [listening] = (await once(server, 'message')) as [[number, number, number]];
    [ports.port, ports.hastyPort, ports.parrotPort] = listening;
    ask = async (asked) => {
      const told = once(server, 'message');
      server.send(asked);
      return (await told)[0] as Counts;
    };
    stop = async () => {
      server.kill();
      await once(server, 'exit');
      rmSync(directory, { recursive: true });
    };
  });
  afterAll(() => stop());
  return Object.assign(ports, { counts: (asked: string) => ask(asked) });
}
