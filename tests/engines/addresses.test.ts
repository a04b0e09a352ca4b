/** Which address a connection comes from, and which one its other end has. */
import { once } from 'node:events';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Connection, close, connect, remote } from '../../src/operations.ts';
import { engines } from './every-engine.ts';

const server = net.createServer();
const server6 = net.createServer();
let port = 0;
let port6 = 0;
beforeAll(async () => {
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  port = (server.address() as net.AddressInfo).port;
  server6.listen(0, '::1');
  await once(server6, 'listening').then(
    () => {
      port6 = (server6.address() as net.AddressInfo).port;
    },
    () => {},
  );
});
afterAll(() => {
  server.close();
  server6.close();
});

describe.each(engines)('by the $name engine', ({ perform }) => {
  test('a client comes from the address that it was given, and knows the other one', async () => {
    const accepted = once(server, 'connection') as Promise<[net.Socket]>;
    const connection = (await perform(connect('127.0.0.1', port, { from: '127.0.7.1' }))) as Connection;
    const [socket] = await accepted;
    expect(socket.remoteAddress).toBe('127.0.7.1');
    expect(await perform(remote(connection))).toBe('127.0.0.1');
    socket.destroy();
    await perform(close(connection));
  });

  test('without one it comes from where the system chooses', async () => {
    const accepted = once(server, 'connection') as Promise<[net.Socket]>;
    const connection = (await perform(connect('127.0.0.1', port))) as Connection;
    const [socket] = await accepted;
    expect(socket.remoteAddress).toBe('127.0.0.1');
    socket.destroy();
    await perform(close(connection));
  });

  test('IPv6, in its shortest form', async ({ skip }) => {
    if (port6 === 0) skip('this machine has no IPv6');
    const accepted = once(server6, 'connection') as Promise<[net.Socket]>;
    const connection = (await perform(connect('::1', port6))) as Connection;
    const [socket] = await accepted;
    expect(await perform(remote(connection))).toBe('::1');
    socket.destroy();
    await perform(close(connection));
  });

  test('an address that this machine does not have is refused, and so is a name', async () => {
    await expect(perform(connect('127.0.0.1', port, { from: '192.0.2.1' }))).rejects.toMatchObject({
      code: 'EADDRNOTAVAIL',
      operation: 'connect',
    });
    await expect(perform(connect('127.0.0.1', port, { from: 'localhost' }))).rejects.toThrow();
  });
});
