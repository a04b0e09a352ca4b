/** Whether the kernel performs entries that complete again and again: asked by performing one of each. */
import { accept, listen, receive } from '../operations.ts';
import { type BufferRing, createBufferRing } from './buffer-ring.ts';
import { type Descriptor, descriptorOf } from './descriptor.ts';
import type { Waiter } from './engine.ts';
import { type Libc, requireLibc } from './libc.ts';
import { acceptBlocking, openListening } from './listening-socket.ts';
import { createRing, type Ring } from './ring.ts';
import { connectBlocking, SEND_FLAGS } from './stream-socket.ts';
import { type IoUring, type IoUringOptions, ioUring } from './uring.ts';

const LIMIT_MS = 2000;

/** Accepts one connection of our own, and closes the ring. @throws Error with the system's reason. */
export function tryMultishotAccept(ring: Ring = createRing(4)): void {
  const libc = requireLibc();
  const listening = openListening(libc, listen('127.0.0.1', 0), { nonblocking: false });
  const opened: Descriptor[] = [listening];
  try {
    opened.push(connectTo(libc, listening.port));
    const listener = listening as never;
    const options = { buffers: false, files: false, multishotAccept: true };
    const accepted = performed(ring, options, (engine, waiter) => engine.accept(accept(listener), waiter));
    opened.push(descriptorOf(accepted as never));
  } finally {
    for (const { fd } of opened) libc.close(fd);
    ring.close();
  }
}

/** Receives one byte of our own, and closes the ring. @throws Error with the system's reason. */
export function tryMultishotReceive(ring: Ring = createRing(4)): void {
  const libc = requireLibc();
  const listening = openListening(libc, listen('127.0.0.1', 0), { nonblocking: false });
  const opened: Descriptor[] = [listening];
  let pool: BufferRing | undefined;
  try {
    pool = createBufferRing(ring, 2, 64);
    const client = connectTo(libc, listening.port);
    opened.push(client);
    const server = acceptBlocking(libc, listening);
    opened.push(server);
    libc.send(client.fd, libc.addressOf(Buffer.from('a')), 1, SEND_FLAGS);
    const options = { buffers: false, files: false, multishotReceive: pool };
    const operation = receive(server as never, Buffer.alloc(1));
    performed(ring, options, (engine, waiter) => engine.receive(operation, waiter));
  } finally {
    for (const { fd } of opened) libc.close(fd);
    pool?.close();
    ring.close();
  }
}

const connectTo = (libc: Libc, port: number): Descriptor =>
  connectBlocking(libc, { kind: 'connect', host: '127.0.0.1', port } as never);

/** The value of one operation, waited for. */
function performed(
  ring: Ring,
  options: IoUringOptions,
  perform: (engine: IoUring, waiter: Waiter) => unknown,
): unknown {
  let outcome: { error: unknown; value: unknown } | undefined;
  const engine = ioUring(ring, (_waiter, error, value) => (outcome = { error, value }), options);
  perform(engine, {});
  const limitMs = performance.now() + LIMIT_MS;
  while (!outcome && performance.now() < limitMs) {
    ring.submitAndWait(100e6);
    engine.completeAll(() => {});
  }
  if (!outcome) throw new Error(`nothing has completed in ${LIMIT_MS} ms`);
  if (outcome.error) throw outcome.error;
  return outcome.value;
}
