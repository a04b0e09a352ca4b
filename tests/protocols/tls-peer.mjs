/**
 * Both ends of TLS by Node's own node:tls, in a process of its own: a blocking engine stops the tests' own.
 * Its first message names the files of certificates; its answer, the ports of servers, each of which does one
 * thing. After that each message is a client's act.
 */
import { constants } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import process from 'node:process';
import tls from 'node:tls';

const listening = (server) =>
  new Promise((resolve) => {
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, () => resolve(server.address().port));
  });

/** Why a handshake with one of the servers failed last. */
let lastRefusal = '';

/** A TLS server; `act` gets its connections. */
const secured = (options, act) => {
  const server = tls.createServer({ noDelay: true, ...options }, (socket) => {
    socket.on('error', () => {});
    act(socket);
  });
  server.on('tlsClientError', (error) => {
    lastRefusal = error.message;
  });
  return listening(server);
};

const LATER_MS = 30;
const later = (act) => setTimeout(act, LATER_MS);
const whole = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';
const unmeasured = 'HTTP/1.1 200 OK\r\n\r\nhello';
/** What is done to a request. The connection below is cut without a word of TLS by `cut`. */
const webActs = {
  '/keep': ({ socket }) => socket.write(whole),
  '/close': ({ socket }) => socket.end(whole.replace('\r\n', '\r\nConnection: close\r\n')),
  '/idle-end': ({ socket }) => {
    socket.write(whole);
    later(() => socket.end());
  },
  '/idle-cut': ({ socket, cut }) => {
    socket.write(whole);
    later(cut);
  },
  '/until-end': ({ socket }) => socket.end(unmeasured),
  '/until-cut': ({ socket, cut }) => {
    socket.write(unmeasured);
    later(cut);
  },
  '/twice-later': ({ socket }) => {
    socket.write(whole);
    later(() => socket.write(whole));
  },
};

/** An HTTP server over TLS, of which each path does one thing. */
const web = (identity) => {
  const context = tls.createSecureContext(identity);
  return listening(
    net.createServer({ noDelay: true }, (below) => {
      const socket = new tls.TLSSocket(below, { isServer: true, secureContext: context });
      for (const each of [below, socket]) each.on('error', () => {});
      socket.on('data', (bytes) => {
        const path = /^GET (\S+) /.exec(bytes.toString())[1];
        webActs[path]({ socket, cut: () => below.destroy() });
      });
    }),
  );
};

const echo = (socket) => socket.on('data', (bytes) => socket.write(bytes));
const once1 = (socket, act) => socket.once('data', act);

/** A server in front of another: `pass` gets what that one sends. */
const between = (port, pass) =>
  listening(
    net.createServer({ noDelay: true }, (client) => {
      const server = net.connect({ port, host: '127.0.0.1', noDelay: true });
      for (const each of [client, server]) each.on('error', () => client.destroy());
      client.on('data', (bytes) => server.write(bytes));
      client.on('close', () => server.destroy());
      pass(client, server);
    }),
  );

const byteByByte = (client, server) => {
  let line = Promise.resolve();
  const dribble = async (bytes) => {
    for (const byte of bytes) {
      client.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  server.on('data', (bytes) => {
    line = line.then(() => dribble(bytes));
  });
  server.on('end', () => line.then(() => client.end()));
};

/** Passes so many bytes, and then ends the connection in its way. */
const until = (bytes, end) => (client, server) => {
  let left = bytes;
  if (left === 0) return end(client);
  server.on('data', (arrived) => {
    const passed = arrived.subarray(0, left);
    left -= passed.length;
    if (passed.length > 0) client.write(passed, () => left === 0 && end(client));
  });
};

/** The first connection is cut after 0 bytes, the next one after 1, and so on. */
const cutter = () => {
  let cutAfter = 0;
  return (client, server) => until(cutAfter++, () => client.end())(client, server);
};

async function serve(files) {
  const [good, expired, other] = ['good', 'expired', 'other'].map((name) => ({
    cert: readFileSync(files[name].certFile),
    key: readFileSync(files[name].keyFile),
  }));
  const goodPort = await secured(good, echo);
  return {
    good: goodPort,
    expired: await secured(expired, echo),
    other: await secured(other, echo),
    older: await secured({ ...good, maxVersion: 'TLSv1.2' }, echo),
    tooOld: await secured(
      { ...good, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
      echo,
    ),
    /** It resumes no session. */
    forgetful: await secured({ ...good, secureOptions: constants.SSL_OP_NO_TICKET }, echo),
    asks: await secured({ ...good, requestCert: true, rejectUnauthorized: true }, echo),
    named: await secured(good, (socket) => socket.write(socket.servername || 'nobody')),
    hasty: await secured(good, (socket) => socket.write('unasked')),
    ends: await secured(good, (socket) => once1(socket, () => socket.end('the last'))),
    cutsOff: await secured(good, (socket) =>
      once1(socket, () => socket._parent?.destroy() ?? socket.destroy()),
    ),
    web: await web(good),
    slow: await between(goodPort, byteByByte),
    cut: await between(goodPort, cutter()),
    garbage: await listening(
      net.createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    ),
    /** Ends the connection in the middle of an answer, without a word of TLS. */
    breaksOff: await between(
      goodPort,
      until(20_000, (client) => client.end()),
    ),
    resets: await between(
      goodPort,
      until(20_000, (client) => client.resetAndDestroy()),
    ),
  };
}

const acts = {
  /** Sends so many bytes, ends, and returns what comes back. */
  async talk({ port, bytes, ca, host = 'localhost', session }) {
    const socket = tls.connect({
      port,
      host: '127.0.0.1',
      ca: readFileSync(ca),
      servername: host,
      ...(session ? { session: Buffer.from(session, 'base64') } : {}),
    });
    let ticket;
    let isResumed;
    socket.on('secureConnect', () => {
      isResumed = socket.isSessionReused();
    });
    socket.on('session', (made) => {
      ticket = made;
    });
    const message = Buffer.alloc(bytes, 'abcdefghijklm');
    const parts = [];
    let received = 0;
    socket.on('data', (part) => {
      parts.push(part);
      received += part.length;
      if (received >= bytes) socket.end();
    });
    socket.write(message);
    await once(socket, 'close');
    return {
      isSame: Buffer.concat(parts).equals(message),
      isResumed,
      session: ticket?.toString('base64'),
    };
  },
  /** Connects, sends this, and waits for the end. */
  async say({ port, text }) {
    const socket = net.connect({ port, host: '127.0.0.1' });
    socket.on('error', () => {});
    socket.resume();
    socket.end(text);
    await once(socket, 'close');
  },
  forget() {
    lastRefusal = '';
  },
  /** Why the last handshake was refused, as soon as that is known. */
  async refusal() {
    for (let time = 0; time < 100 && lastRefusal === ''; time++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    return lastRefusal;
  },
};

let last = Promise.resolve();
process.on('message', ({ act, files, ...how }) => {
  last = last
    .then(() => (act === 'serve' ? serve(files) : acts[act](how)))
    .then(
      (answer) => process.send({ answer }),
      (error) => process.send({ error: String(error) }),
    );
});
process.on('disconnect', () => process.exit());
