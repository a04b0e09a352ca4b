import {
  type Connection,
  close,
  connect,
  count,
  defineWorkload,
  receive,
  type Steps,
  send,
  z,
} from 'iobench';

/** A protocol's client, written over operations: it runs under every model. */
class Counter {
  private readonly connection: Connection;
  private readonly answer = Buffer.alloc(8);
  #asked = 0;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  *next(step: number): Steps<number> {
    yield* send(this.connection, Buffer.of(step, ++this.#asked));
    return yield* receive(this.connection, this.answer);
  }

  *leave(): Steps<void> {
    yield* close(this.connection);
  }
}

export default defineWorkload({
  name: 'class-client',
  summary: 'Count on a server',
  uses: ['sockets'],
  params: z.object({ step: count(1) }),

  async prepare({ startPeer, params }) {
    const { host, port } = await startPeer('echo');
    return { host, port, step: params.step };
  },
  *connect({ host, port, step }) {
    return { counter: new Counter(yield* connect(host, port)), step };
  },
  *request({ counter, step }) {
    const bytes = yield* counter.next(step);
    if (bytes === 0) throw new Error('the server closed the connection');
  },
  *disconnect({ counter }) {
    yield* counter.leave();
  },
});
