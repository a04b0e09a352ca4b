/**
 * A server that misbehaves as a literal says, and counts for itself what it gave: nothing that iobench counts
 * is needed for that.
 */
import net, { type AddressInfo, type Socket } from 'node:net';
import type { Misbehaviour } from './misbehaviours.ts';
import { type Action, act, type Surroundings } from './script.ts';

const END_OF_HEAD = '\r\n\r\n';

export interface MisbehavingServer {
  readonly url: string;
  /** The complete answers that it has given so far, on all connections. */
  given(): number;
  /** The requests that came, on all connections. */
  asked(): number;
  close(): void;
}

/** Listens on 127.0.0.1. */
export async function serveBadly(misbehaviour: Misbehaviour): Promise<MisbehavingServer> {
  const connections: Connection[] = [];
  let firstMs: number | undefined;
  const passedMs = () => performance.now() - (firstMs ?? Number.NaN);
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    firstMs ??= performance.now();
    connections.push(new Connection(socket, misbehaviour, passedMs));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ host: '127.0.0.1', port: 0, backlog: 1024 }, resolve);
  });
  const sum = (count: (connection: Connection) => number) =>
    connections.reduce((total, connection) => total + count(connection), 0);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    given: () => sum(({ dealtWith }) => misbehaviour.gives(dealtWith)),
    asked: () => sum(({ asked }) => asked),
    close() {
      for (const { socket } of connections) socket.destroy();
      server.close();
    },
  };
}

class Connection {
  readonly socket: Socket;
  /** Requests that came whole. */
  asked = 0;
  /**
   * Requests for which all was done that is to be done. Counted as its last step begins: nobody can have read
   * an answer before.
   */
  dealtWith = 0;
  private begun = 0;
  private received = '';
  private readonly misbehaviour: Misbehaviour;
  private readonly surroundings: Surroundings;
  private isBusy = true;

  constructor(socket: Socket, misbehaviour: Misbehaviour, passedMs: () => number) {
    this.socket = socket;
    this.surroundings = { passedMs, isIdle: () => this.asked === this.dealtWith };
    this.misbehaviour = misbehaviour;
    socket.setEncoding('latin1').on('data', (text: string) => this.receive(text));
    socket.on('error', () => socket.destroy());
    socket.on('end', () => socket.end());
    void this.perform(misbehaviour.connected ?? []).then(() => {
      this.isBusy = false;
      return this.serve();
    });
  }

  private receive(text: string): void {
    const parts = (this.received + text).split(END_OF_HEAD);
    this.received = parts.pop() ?? '';
    this.asked += parts.length;
    void this.serve();
  }

  /** One request after another. */
  private async serve(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    const { answers } = this.misbehaviour;
    while (this.begun < this.asked) {
      const steps = answers[Math.min(this.begun++, answers.length - 1)] ?? [];
      await this.perform(steps.slice(0, -1));
      this.dealtWith++;
      await this.perform(steps.slice(-1));
    }
    this.isBusy = false;
  }

  private async perform(actions: readonly Action[]): Promise<void> {
    for (const action of actions) await act(this.socket, action, this.surroundings);
  }
}
