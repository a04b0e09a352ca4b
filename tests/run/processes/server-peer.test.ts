/** The peers of client workloads: what Node's do, our own servers in their place do, too. */
import net from 'node:net';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { sentenceOf } from '../../../src/reasons.ts';
import type { MeasuredTrial } from '../../../src/result.ts';
import { load } from '../../compiled.ts';
import { createFixtures, measured, models, workloadFile, workloads } from '../../measuring.ts';
import { workspace } from '../../workspace.ts';

const { generatorModel } =
  await load<typeof import('../../../src/run/server/generator.ts')>('run/server/generator.js');
const fixtures = createFixtures();
afterAll(() => fixtures.remove());

const named = <Item extends { readonly name: string }>(items: readonly Item[], name: string): Item =>
  items.find((item) => item.name === name) ?? expect.unreachable();
const NODE_MODEL = named(models, 'async-callback');
const OWN_MODEL = generatorModel().name;

async function peerOf(workload: string, params: Readonly<Record<string, unknown>>) {
  const prepared = await fixtures.get(
    { workload: named(workloads, workload), reference: { name: workload } },
    params,
  );
  return { value: prepared.value as { host: string; port: number }, peer: prepared.peers[0] };
}

/** Sends pieces, each after `pauseMs`; what comes back, and how long after the first piece its end came. */
function exchanged(
  { host, port }: { host: string; port: number },
  pieces: readonly string[],
  answerBytes: number,
): Promise<{ answer: string; tookMs: number }> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port, noDelay: true });
    const startMs = performance.now();
    let answer = '';
    socket
      .once('error', reject)
      .setEncoding('latin1')
      .on('data', (text: string) => {
        answer += text;
        if (answer.length < answerBytes) return;
        socket.destroy();
        resolve({ answer, tookMs: performance.now() - startMs });
      });
    for (const piece of pieces) socket.write(piece, 'latin1');
  });
}

const DELAY_MS = 30;
const ECHO = { messageSize: 10, delay: DELAY_MS * 1e6, idleConnections: 0 };
const HTTP = { url: '', delay: DELAY_MS * 1e6, responseSize: 300 };

test.each([
  ['own', `echo-server (${OWN_MODEL})`],
  ['node', 'echo (node)'],
])('echo by %s: a message comes back whole, after the delay', async (by, name) => {
  const { value, peer } = await peerOf('tcp-echo', { ...ECHO, peer: by });
  expect(peer?.name).toBe(name);
  const { answer, tookMs } = await exchanged(value, ['01234', '56789'], 10);
  expect(answer).toBe('0123456789');
  expect(tookMs).toBeGreaterThanOrEqual(DELAY_MS - 1);
  // A message that breaks off, and a reset, are no failure of the peer.
  net
    .connect(value)
    .on('error', () => {})
    .end('012');
  net
    .connect(value)
    .on('error', () => {})
    .resetAndDestroy();
  expect((await exchanged(value, ['abcdefghij'], 10)).answer).toBe('abcdefghij');
  expect(peer?.ending).toBeUndefined();
  const usage = await peer?.usage();
  expect(usage).toMatchObject({ name });
  expect(usage?.cpuNs).toBeGreaterThan(0);
});

test.each([
  ['own', `http-server (${OWN_MODEL})`],
  ['node', 'http (node)'],
])('http by %s: every GET gets the same body, one path at once', async (by, name) => {
  const { value, peer } = await peerOf('http-get', { ...HTTP, peer: by });
  expect(peer?.name).toBe(name);
  const { head, undelayedHead } = value as unknown as { head: string; undelayedHead: string };
  const body = 'iobench '.repeat(38).slice(0, HTTP.responseSize);
  const get = async (text: string) => {
    const { answer, tookMs } = await exchanged(value, [text], HTTP.responseSize + 60);
    const [top = '', ...rest] = answer.split('\r\n\r\n');
    expect(top).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(top.toLowerCase()).toContain('content-type: text/plain');
    expect(top.toLowerCase()).toContain(`content-length: ${HTTP.responseSize}`);
    expect(rest.join('')).toBe(body);
    return tookMs;
  };
  expect(await get(head)).toBeGreaterThanOrEqual(DELAY_MS - 1);
  await get(undelayedHead);
  const times = [];
  for (let time = 0; time < 5; time++) times.push(await get(undelayedHead));
  expect(Math.min(...times)).toBeLessThan(DELAY_MS);
});

test.each(['own', 'node'])(
  'a message that no socket holds, from a client that sends all of it first: %s',
  async (peer) => {
    const model = named(models, 'sync-blocking');
    const [trial] = await measured({
      model,
      workload: named(workloads, 'tcp-echo'),
      fixtures,
      params: { messageSize: '32MiB', peer },
      plan: { durationNs: 50e6, warmupNs: 0 },
    });
    if (trial?.status === 'unsupported') return;
    expect(trial).toMatchObject({ status: 'measured', failed: 0 });
    expect((trial as MeasuredTrial).completed).toBeGreaterThan(0);
  },
);

/** What becomes of a workload of the user's that asks for this peer. */
async function asking(peer: string) {
  const { workload, reference } = await workloadFile(
    workspace(),
    'mine.mjs',
    `import { close, connect, defineWorkload, receive, send } from 'iobench';
     export default defineWorkload({ name: 'mine', summary: 'x', uses: ['sockets'],
       prepare: ({ startPeer }) => startPeer(${peer}),
       connect: function* ({ host, port }) { return yield* connect(host, port); },
       request: function* (connection) {
         yield* send(connection, Buffer.from('GET / HTTP/1.1\\r\\n\\r\\n'));
         if ((yield* receive(connection, Buffer.alloc(16384))) === 0) throw new Error('closed');
       },
       disconnect: function* (connection) { yield* close(connection); } });`,
  );
  const own = createFixtures();
  onTestFinished(() => own.remove());
  const [trial] = await measured({
    model: NODE_MODEL,
    workload,
    reference,
    fixtures: own,
    plan: { durationNs: 50e6, warmupNs: 0 },
  });
  return trial?.status === 'measured' ? trial.peers.map(({ name }) => name) : sentenceOf(trial?.reason ?? '');
}

test('a file of the user’s has the same peers, with their documented options', async () => {
  expect(await asking(`'echo', { delayNs: 1e6 }`)).toEqual(['echo (node)']);
  expect(await asking(`'http', { delayNs: 1e6, responseBytes: 5 }`)).toEqual(['http (node)']);
  expect(await asking(`'echo-server', { messageSize: 18, delay: '1ms' }`)).toEqual([
    `echo-server (${OWN_MODEL})`,
  ]);
  expect(await asking(`'file-server', { fileSize: '64KiB' }`)).toEqual([`file-server (${OWN_MODEL})`]);
});

test('an option that a server does not have, or refuses, is the reason', async () => {
  expect(await asking(`'echo-server', { mesageSize: 18 }`)).toMatch(
    /prepare failed: there is no parameter of echo-server "mesageSize"/,
  );
  expect(await asking(`'echo-server', { messageSize: 'large' }`)).toMatch(
    /prepare failed: echo-server\.messageSize: /,
  );
  expect(await asking(`'echo-server', { messageSize: 0 }`)).toBe(
    'prepare failed: messageSize must be larger than 0 (set messageSize=64B)',
  );
});
