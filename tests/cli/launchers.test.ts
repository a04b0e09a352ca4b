/** Processes that other commands start: in effect, in the header, and ended all the same. */
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { documentSchema } from '../../src/result.ts';
import { compiledUrl } from '../compiled.ts';
import { Bench, expectRefusal } from './iobench.ts';

const onLinux = test.runIf(os.platform() === 'linux');
const SHORT = ['-m', 'epoll', '-c', '1', '-t', '1', '-d', '40ms', '--warmup', '5ms', '--no-charts'];
/** Fields of proc(5), as the process itself reads them: its nice value, and a variable that it was given. */
const OWN = `
  import { readFileSync } from 'node:fs';
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const nice = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16];
  const [, given] = /(?:^|\\0)GIVEN=([^\\0]*)/.exec(readFileSync('/proc/self/environ', 'utf8')) ?? [];
  const own = [nice, given].join();`;

/** A peer that sends who started it, and a server and clients that compare who started them. */
function writeFiles({ directory }: Bench): void {
  writeFileSync(
    path.join(directory, 'peer.mjs'),
    `${OWN}
    import net from 'node:net';
    import { servePeer } from ${JSON.stringify(compiledUrl('workloads/peers/peer.js'))};
    servePeer(async () => {
      const server = net.createServer((socket) => socket.end(own));
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      return { host: '127.0.0.1', port: server.address().port };
    });`,
  );
  writeFileSync(
    path.join(directory, 'launched.mjs'),
    `${OWN}
    import net from 'node:net';
    import { text } from 'node:stream/consumers';
    import { close, connect, defineServer, receive, send } from 'iobench';
    export default defineServer({
      name: 'launched',
      summary: 'Who started whom',
      async prepare({ startPeer }) {
        const { host, port } = await startPeer(new URL('./peer.mjs', import.meta.url));
        return { prepare: own, peer: await text(net.connect(port, host)) };
      },
      *serve(connection) {
        const asked = Buffer.alloc(1);
        while ((yield* receive(connection, asked)) > 0) yield* send(connection, Buffer.from(own.padEnd(64)));
      },
      *connect({ host, port, prepare, peer }) {
        return { connection: yield* connect(host, port), prepare, peer, buffer: Buffer.alloc(64) };
      },
      *request({ connection, prepare, peer, buffer }) {
        yield* send(connection, buffer, 0, 1);
        yield* receive(connection, buffer);
        const found = [String(buffer).trim(), own, prepare, peer].join(' | ');
        if (found !== process.env.EXPECTED) throw new Error('started by ' + found);
      },
      *disconnect({ connection }) { yield* close(connection); },
    });`,
  );
}

onLinux('each process is started by the launcher of its part', async () => {
  const bench = new Bench();
  writeFiles(bench);
  const nice = os.getPriority();
  const launchers = {
    // One that starts the process, and waits for it; the others become the process.
    measured: ['sh', '-c', 'GIVEN=$0 "$@"; exit $?', 'a; b'],
    peers: ['nice', '-n', '2', 'env', 'GIVEN='],
    generators: ['nice', '-n', '1'],
  };
  const EXPECTED = [`${nice},a; b`, `${nice + 1},`, `${nice + 2},`, `${nice + 2},`].join(' | ');
  const run = bench.start(
    [
      'run',
      './launched.mjs',
      ...SHORT,
      '--json',
      ...['--launcher-measured', `sh -c 'GIVEN=$0 "$@"; exit $?' 'a; b'`],
      ...['--launcher-peers', 'nice -n 2 env GIVEN='],
      ...['--launcher-generators', 'nice -n 1'],
    ],
    { EXPECTED },
  );
  const { code, stdout, stderr } = await run.ended;
  expect(code, stderr).toBe(0);
  const document = documentSchema.parse(JSON.parse(stdout));
  expect(document.cells).toMatchObject([{ status: 'measured', failed: 0 }]);
  expect(document.run.launchers).toEqual(launchers);
  await run.alone();
});

onLinux('a killed run leaves nothing of what a launcher has started', async () => {
  const run = new Bench().start([
    ...['run', 'tcp-echo', '-m', 'sync-blocking', '-c', '1', '-d', '60s', '-t', '1', '--quiet'],
    ...['--launcher-measured', `sh -c '"$@"; exit $?' sh`, '--launcher-peers', `sh -c '"$@"; exit $?' sh`],
  ]);
  await run.running(/run\/trial\/cell\.main\.js/);
  run.child.kill('SIGKILL');
  await run.ended;
  await run.alone();
});

describe('a launcher that starts nothing is a sentence, before anything is measured', () => {
  const inBrief = 'a launcher is a command that runs the words after its own';

  test.each([
    ['no-such-command -x', '--launcher-measured no-such-command -x: it did not start a process (spawn'],
    ['false', '--launcher-measured false: it did not start a process (exit code 1)'],
    ['env -i', 'does not get the environment and the open files that it was given itself'],
    [`"unclosed`, 'a quote is not closed'],
  ])('%s', async (launcher, sentence) => {
    const run = new Bench().start(['run', 'noop', ...SHORT, '--launcher-measured', launcher]);
    expectRefusal(await run.ended, sentence, inBrief);
    await run.alone();
  });
});
