/** Accepted connections are what connected ones are; and what the system refuses a server. */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import {
  accept,
  type Connection,
  close,
  connect,
  type Listener,
  listen,
  OperationError,
  peek,
  receive,
  send,
  shutdown,
  sleep,
  watch,
} from '../../src/operations.ts';
import { clientProcess } from './client-process.ts';
import { engines } from './every-engine.ts';
import { peerProcess } from './peer-process.ts';

const clients = clientProcess();
const peer = peerProcess();
const isLinux = process.platform === 'linux';
const watching = engines.filter(({ name }) => name !== 'blocking');

/** The number of a socket, whoever has it. */
function descriptorOf(connection: unknown): number {
  const { fd, socket } = connection as { fd?: number; socket?: { _handle: { fd: number } } };
  return fd ?? (socket?._handle.fd as number);
}

const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;
function nodelayOf(fd: number): number {
  const { load } = createRequire(import.meta.url)('koffi');
  const getsockopt = load(null).func(
    'int getsockopt(int fd, int level, int name, _Out_ int *value, _Inout_ uint32_t *length)',
  );
  const value = [-1];
  expect(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, value, [4])).toBe(0);
  return value[0] as number;
}
const O_CLOEXEC = 0o2000000;
const flagsOf = (fd: number) =>
  Number.parseInt(/flags:\s*(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? '', 8);

/** A listener, and one connection of a client that it has accepted. */
function* acceptedFrom(listener: Listener) {
  const connection = yield* accept(listener);
  return connection;
}

describe.each(engines)('what the $name engine accepts', ({ perform, runSteps }) => {
  const openListener = () => perform(listen('127.0.0.1', 0)) as Promise<Listener>;

  test.skipIf(!isLinux)('has no delay, and is closed on exec, like what it connects', async () => {
    const listener = await openListener();
    await clients.ask({ act: 'open', port: listener.port, count: 1 });
    const accepted = await runSteps(acceptedFrom(listener));
    const connected = (await perform(connect('127.0.0.1', peer.port))) as Connection;
    for (const connection of [accepted, connected]) {
      const fd = descriptorOf(connection);
      expect(nodelayOf(fd)).toBe(1);
      expect(flagsOf(fd) & O_CLOEXEC).toBe(O_CLOEXEC);
    }
    for (const target of [accepted, connected, listener]) await perform(close(target));
  });

  test('shows what has come, and leaves it there', async () => {
    const listener = await openListener();
    await clients.ask({ act: 'open', port: listener.port, count: 1 });
    const connection = await runSteps(acceptedFrom(listener));
    function* peekSoon() {
      for (let time = 0; time < 200; time++) {
        const seen = yield* peek(connection);
        if (seen !== 'nothing') return seen;
        yield* sleep(5e6);
      }
      return 'nothing';
    }
    expect(await perform(peek(connection))).toBe('nothing');
    const answered = await clients.begin({ act: 'talk' });
    const buffer = Buffer.alloc(20);
    const steps = function* () {
      const seen = [yield* peekSoon(), yield* peek(connection)];
      const bytes = yield* receive(connection, buffer);
      seen.push(yield* peekSoon(), yield* peek(connection));
      return { seen, bytes };
    };
    expect(await runSteps(steps())).toEqual({ seen: ['bytes', 'bytes', 'end', 'end'], bytes: 8 });
    await perform(close(connection));
    expect(await answered()).toEqual(['']);
    await perform(close(listener));
  });

  test.skipIf(!mayLosePrivileges())('a privileged port: EACCES', async () => {
    const wasRoot = process.geteuid?.() === 0;
    if (wasRoot) process.seteuid?.(65_534);
    try {
      const refused = await perform(listen('127.0.0.1', 81)).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(OperationError);
      expect(refused).toMatchObject({ code: 'EACCES', operation: 'listen', target: '127.0.0.1:81' });
    } finally {
      if (wasRoot) process.seteuid?.(0);
    }
  });
});

/** Whether ports below 82 are privileged, and this process can do without its privileges for a while. */
function mayLosePrivileges(): boolean {
  if (!isLinux || !process.seteuid) return false;
  return Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8')) > 81;
}

const canLimit = isLinux && hasPrlimit();
function hasPrlimit(): boolean {
  try {
    execFileSync('prlimit', ['--version'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}
const limitFiles = (most: string) =>
  execFileSync('prlimit', ['--pid', String(process.pid), `--nofile=${most}`], { stdio: 'pipe' });

/** Opens files until there are no descriptors left. */
function openAll(): number[] {
  const files: number[] = [];
  for (;;) {
    try {
      files.push(openSync('/dev/null', 'r'));
    } catch {
      return files;
    }
  }
}

describe.skipIf(!canLimit).each(engines)('no descriptors left, by the $name engine', ({ name, perform }) => {
  test('EMFILE for a listener and, where the system says so, for accept; then it goes on', async () => {
    const before = execFileSync('prlimit', [
      '--pid',
      String(process.pid),
      '--nofile',
      '-o',
      'SOFT',
      '--noheadings',
    ]);
    const listener = (await perform(listen('127.0.0.1', 0))) as Listener;
    limitFiles(`${readdirSync('/proc/self/fd').length + 200}:`);
    const files = openAll();
    try {
      await clients.ask({ act: 'open', port: listener.port, count: 1 });
      expect(await perform(listen('127.0.0.1', 0)).catch((error: unknown) => error)).toMatchObject({
        code: 'EMFILE',
        operation: 'listen',
      });
      // libuv keeps a descriptor for this case: it accepts and closes, so that nobody waits for ever.
      if (!['callback', 'promise', 'readiness'].includes(name))
        expect(await perform(accept(listener)).catch((error: unknown) => error)).toMatchObject({
          code: 'EMFILE',
          operation: 'accept',
          target: `127.0.0.1:${listener.port}`,
        });
    } finally {
      for (const file of files) closeSync(file);
      limitFiles(`${String(before).trim()}:`);
    }
    await clients.ask({ act: 'open', port: listener.port, count: 1 });
    const connection = (await perform(accept(listener))) as Connection;
    await perform(send(connection, Buffer.from('still here')));
    await perform(shutdown(connection));
    await perform(close(connection));
    await perform(close(listener));
  });
});

describe.each(watching)('idle connections that the $name engine has accepted', ({ perform, runSteps }) => {
  test('are watched beside the others, and closed for the client, too', async () => {
    const listener = (await perform(listen('127.0.0.1', 0))) as Listener;
    await clients.ask({ act: 'open', port: listener.port, count: 3 });
    const connections = [];
    for (let count = 0; count < 3; count++) connections.push(await runSteps(acceptedFrom(listener)));
    for (const connection of connections) await perform(watch(connection));
    const answered = await clients.begin({ act: 'talk' });
    await perform(sleep(30e6));
    const texts: string[] = [];
    for (const connection of connections) {
      const buffer = Buffer.alloc(20);
      const bytes = (await perform(receive(connection, buffer))) as number;
      texts.push(buffer.toString('utf8', 0, bytes));
      await perform(close(connection));
    }
    expect(texts.sort()).toEqual(['number 0', 'number 1', 'number 2']);
    expect(await answered()).toEqual(['', '', '']);
    await perform(close(listener));
  });
});
