/** node:http, as everybody writes it: the same answer to every request. Prints its port. */
import http from 'node:http';

const body = Buffer.alloc(Number(process.argv[2]), 'iobench ');
const headers = { 'content-type': 'text/plain', 'content-length': body.length };
const server = http.createServer((_request, response) => response.writeHead(200, headers).end(body));
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', 4096, () => process.stdout.write(String(server.address().port)));
