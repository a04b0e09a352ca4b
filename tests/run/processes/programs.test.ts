/** Programs of the system as peers, by what any system has: a Node that listens stands for a server. */
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { expect, onTestFinished, test } from 'vitest';
import { createFixtures, workloadFile } from '../../measuring.ts';
import { peerProcesses } from '../../peer-at-work.ts';
import { workspace } from '../../workspace.ts';

/** Listens where its first word says, after what the second says, and leaves a file. */
const SERVER = `
  const { writeFileSync } = require('node:fs');
  const [port, what] = process.argv.slice(2);
  if (what === 'refuse') { console.error('FATAL: no room'); process.exit(3); }
  writeFileSync('started', String(process.getuid()));
  let work = 0;
  require('node:net').createServer((socket) => {
    socket.on('error', () => {});
    for (const end = Date.now() + 200; Date.now() < end; ) work++;
  }).listen(Number(port), '127.0.0.1');
  process.on('SIGINT', () => { writeFileSync(process.env.LEFT, 'left'); process.exit(0); });`;

async function prepared(prepare: string) {
  const directory = workspace();
  const script = path.join(directory, 'server.cjs');
  writeFileSync(script, SERVER);
  const left = path.join(directory, 'left');
  writeFileSync(left, '');
  // Whoever the program runs as.
  for (const each of [directory, left]) chmodSync(each, 0o777);
  const file = await workloadFile(
    directory,
    'program.ts',
    `import { defineWorkload } from 'iobench';
    process.env.LEFT = ${JSON.stringify(left)};
    const script = ${JSON.stringify(script)};
    const node = ${JSON.stringify(path.basename(process.execPath))};
    export default defineWorkload({
      name: 'program', summary: 'Has a program of the system as its peer',
      async prepare({ startProgram, directory }) { ${prepare} },
      *request() {},
    });`,
  );
  const fixtures = createFixtures(directory);
  onTestFinished(() => fixtures.remove());
  return { fixtures, directory, left, planned: { ...file, reference: file.reference } };
}

const START = (words: string, more = '') =>
  `return { ...(await startProgram({ name: node, package: 'nodejs', endsBy: 'SIGINT', ${more}
    words: ({ port, folder }) => [script, String(port)${words}] })), directory };`;

test('it runs without the rights of root in a folder of its own, its CPU time is read, and it ends in order', async () => {
  const { fixtures, left, planned } = await prepared(START(''));
  const { value, peers } = await fixtures.get(planned, {});
  const { port, directory } = value as { port: number; directory: string };
  const [peer] = peers;
  expect(peer).toMatchObject({ name: path.basename(process.execPath), address: { host: '127.0.0.1', port } });
  const [folder] = readdirSync(directory);
  const started = path.join(directory, folder as string, 'started');
  expect(statSync(started).uid).toBe(process.getuid?.() === 0 ? 65_534 : process.getuid?.());
  const before = await peer?.usage();
  // That it was found to listen has cost it 200 ms of its time.
  await new Promise((resolve) => setTimeout(resolve, 400));
  const after = await peer?.usage();
  expect(after?.cpuNs).toBeGreaterThan(150e6);
  expect(after?.wallNs).toBeGreaterThan((before?.wallNs ?? Number.NaN) + 300e6);
  await fixtures.remove();
  expect(statSync(left).size).toBeGreaterThan(0);
  expect(existsSync(directory)).toBe(false);
  expect(peerProcesses()).toEqual([]);
});

test('one that ends before it listens is named, with its last words', async () => {
  const { fixtures, planned } = await prepared(START(`, 'refuse'`));
  await expect(fixtures.get(planned, {})).rejects.toThrow(
    /ended before it listened \(exit code 3\): FATAL: no room/,
  );
  expect(peerProcesses()).toEqual([]);
});

test('one that is not installed is unsupported, and its package is named', async () => {
  const { fixtures, planned } = await prepared(
    `return startProgram({ name: 'no-such-server', package: 'no-such-package', words: () => [] });`,
  );
  await expect(fixtures.get(planned, {})).rejects.toMatchObject({
    name: 'UnsupportedError',
    message: 'no-such-server is not installed: the package no-such-package has it',
  });
});

test('it is found in folders of its own, the highest version first, with what lies beside it', async () => {
  const { fixtures, directory, planned } = await prepared(
    `let version;
    const versions = directory + '/../../versions/*/bin';
    await startProgram({ name: 'versioned', package: 'versioned', folders: [versions],
      async words({ port, run }) { version = (await run('its-version', [])).trim(); return [script, String(port)]; } });
    return version;`,
  );
  for (const version of ['9', '15', '4']) {
    const bin = path.join(directory, 'versions', version, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(path.join(bin, 'versioned'), `#!/bin/sh\nexec ${process.execPath} "$@"\n`, { mode: 0o755 });
    writeFileSync(path.join(bin, 'its-version'), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });
  }
  expect((await fixtures.get(planned, {})).value).toBe('15');
});
