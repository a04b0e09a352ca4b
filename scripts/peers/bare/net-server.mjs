/** node:net without a parser: answers each blank line, whatever stands before it. Prints its port. */
import net from 'node:net';

const body = 'iobench '.repeat(Number(process.argv[2]) / 8);
const answer = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
);
const server = net.createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    for (let at = bytes.indexOf('\r\n\r\n'); at >= 0; at = bytes.indexOf('\r\n\r\n', at + 4))
      socket.write(answer);
  });
});
server.listen(0, '127.0.0.1', 4096, () => process.stdout.write(String(server.address().port)));
