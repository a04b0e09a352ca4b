import { createConnection, type Socket } from 'node:net';
import { defineWorkload } from 'iobench';

// Nothing of the fixture is in the client, and the client is a class of Node's own.
export default defineWorkload({
  name: 'unrelated',
  summary: 'One byte there and back',
  async prepare() {
    return [1, 2, 3];
  },
  async connect() {
    return createConnection(7);
  },
  async request(socket, random) {
    const answered = new Promise<Buffer>((resolve, reject) =>
      socket.once('data', resolve).once('error', reject),
    );
    socket.write(Buffer.of(random() * 256));
    await answered;
  },
  async disconnect(socket: Socket) {
    socket.destroy();
  },
});
