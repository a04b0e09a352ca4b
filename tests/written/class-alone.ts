import { type Connection, close, connect, defineWorkload, receive, type Steps, send } from 'iobench';

class Client {
  private readonly connection: Connection;
  constructor(connection: Connection) {
    this.connection = connection;
  }
  *ask(): Steps<number> {
    yield* send(this.connection, Buffer.from('?'));
    return yield* receive(this.connection, Buffer.alloc(1));
  }
  get target(): Connection {
    return this.connection;
  }
}

// The class is the client itself, and has nothing to do with the fixture.
export default defineWorkload({
  name: 'class-alone',
  summary: 'Ask a server',
  async prepare({ startPeer }) {
    return startPeer('echo');
  },
  *connect({ host, port }) {
    return new Client(yield* connect(host, port));
  },
  *request(client) {
    const bytes: number = yield* client.ask();
    return bytes;
  },
  *disconnect(client) {
    yield* close(client.target);
  },
});
