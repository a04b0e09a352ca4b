/** node:net, as everybody writes it: sends back what it receives. Prints its port. */
import net from 'node:net';

const server = net.createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => socket.write(bytes));
});
server.listen(0, '127.0.0.1', 4096, () => process.stdout.write(String(server.address().port)));
