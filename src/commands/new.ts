/** `iobench new`: a commented workload file to start from. */
import { writeFileSync } from 'node:fs';
import { UserError } from '../errors.ts';
import { findNamed } from '../run/plan.ts';
import { asTyped } from './as-typed.ts';
import type { NewFlags } from './options/new.ts';
import { print } from './terminal.ts';

const templates = [
  {
    name: 'operations',
    text: (
      name: string,
    ) => `import { byteSize, close, connect, defineWorkload, duration, receive, send, sleep, z } from 'iobench';

// Written as operations, a workload runs under every model. An operation is performed with yield*:
//   open close read write fsync   files         connect send receive close   TCP
//   sleep                         wait          compute                      keep the CPU busy
export default defineWorkload({
  name: '${name}',
  summary: 'Send a message to a server, and wait for the whole answer',
  // The resources that the operations use: files, sockets. A model that cannot use them is reported before
  // the run.
  uses: ['sockets'],

  // Set with -p ${name}.messageSize=1KiB. Others: count, share, choice, flag, text.
  params: z.object({
    messageSize: byteSize('64B'),
    pause: duration('0'),
  }),

  // Once per run, untimed. The result must be plain data: it is sent to other processes.
  // Write files into \`directory\`; startPeer(new URL('./server.js', import.meta.url)) starts a server of
  // your own. Here: iobench's echo server. Return { host: '127.0.0.1', port: 8080 } to measure a server that is
  // already running.
  async prepare({ params, startPeer }) {
    return { ...(await startPeer('echo-server', { messageSize: params.messageSize })), ...params };
  },

  // Once per client.
  *connect({ host, port, messageSize, pause }) {
    return { connection: yield* connect(host, port), message: Buffer.alloc(messageSize, 'x'), answer: Buffer.alloc(messageSize), pause };
  },

  // One request, timed. \`random()\` is seeded. An error that it throws is counted by its code.
  *request({ connection, message, answer, pause }, random) {
    yield* send(connection, message);
    for (let received = 0; received < answer.length; ) {
      const bytes = yield* receive(connection, answer, received);
      if (bytes === 0) throw new Error('the server closed the connection');
      received += bytes;
    }
    if (pause > 0) yield* sleep(pause * random());
  },

  *disconnect({ connection }) {
    yield* close(connection);
  },
});
`,
  },
  {
    name: 'async',
    text: (name: string) => `import { defineWorkload, text, z } from 'iobench';

// Written as async functions, for code that exists only in this form (a database client, fetch).
// It runs under async-promise and thread-per-request; under sync-blocking a thread blocks while a helper
// thread runs it.
export default defineWorkload({
  name: '${name}',
  summary: 'Fetch a page',

  // Set with -p ${name}.url=http://127.0.0.1:8080/. Others: byteSize, duration, count, share, choice, flag.
  params: z.object({
    url: text(''),
  }),

  // Once per run, untimed. The result must be plain data: it is sent to other processes.
  async prepare({ params, startPeer }) {
    if (params.url) return { url: params.url };
    const { host, port } = await startPeer('http', { responseBytes: 128 });
    return { url: \`http://\${host}:\${port}/\` };
  },

  // Once per client: open the connections that a client keeps.
  async connect({ url }) {
    return { url };
  },

  // One request, timed. An error that it throws is counted by its code.
  async request({ url }) {
    const response = await fetch(url);
    if (!response.ok) throw Object.assign(new Error(response.statusText), { code: \`HTTP \${response.status}\` });
    await response.arrayBuffer();
  },

  async disconnect() {},
});
`,
  },
  {
    name: 'blocking',
    text: (name: string) => `import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { byteSize, defineWorkload, z } from 'iobench';

// Written as plain functions, for code that blocks its thread until it is done (readFileSync, a synchronous
// database). It runs under sync-blocking and thread-per-request.
export default defineWorkload({
  name: '${name}',
  summary: 'Read a whole file',

  // Set with -p ${name}.size=1MiB. Others: duration, count, share, choice, flag, text.
  params: z.object({
    size: byteSize('64KiB'),
  }),

  // Once per run, untimed. The result must be plain data: it is sent to other processes.
  prepare({ params, directory }) {
    const file = path.join(directory, 'data');
    writeFileSync(file, Buffer.alloc(params.size));
    return { file };
  },

  // One request, timed. An error that it throws is counted by its code.
  request({ file }) {
    readFileSync(file);
  },
});
`,
  },
  {
    name: 'server',
    text: (
      name: string,
    ) => `import { byteSize, close, connect, defineServer, duration, receive, send, sleep, z } from 'iobench';

// A server: each model runs *serve, once per connection, and that is what is measured. The requests come from
// a process of their own, which runs *connect, *request and *disconnect under one model for all.
export default defineServer({
  name: '${name}',
  summary: 'Receive a message, and send it back after a while',

  // Set with -p ${name}.messageSize=1KiB. Others: count, share, choice, flag, text.
  params: z.object({
    messageSize: byteSize('64B'),
    delay: duration('0'),
  }),

  // Once per run, untimed. The result must be plain data: it is sent to the server and to the clients.
  // startPeer('http') starts what stands behind the server, if it needs something there.
  async prepare({ params }) {
    return params;
  },

  // The server's side: one connection, until its client leaves (0 bytes). iobench accepts and closes it. An
  // error that it throws counts the connection as failed.
  *serve(connection, { messageSize, delay }) {
    const buffer = Buffer.alloc(messageSize);
    for (;;) {
      const bytes = yield* receive(connection, buffer);
      if (bytes === 0) return;
      if (delay > 0) yield* sleep(delay);
      yield* send(connection, buffer, 0, bytes);
    }
  },

  // The client's side, once per client. The fixture has the server's address, too.
  *connect({ host, port, messageSize }) {
    return { connection: yield* connect(host, port), message: Buffer.alloc(messageSize, 'x'), answer: Buffer.alloc(messageSize) };
  },

  // One request, timed. An error that it throws is counted by its code.
  *request({ connection, message, answer }) {
    yield* send(connection, message);
    for (let received = 0; received < answer.length; ) {
      const bytes = yield* receive(connection, answer, received);
      if (bytes === 0) throw new Error('the server closed the connection');
      received += bytes;
    }
  },

  *disconnect({ connection }) {
    yield* close(connection);
  },
});
`,
  },
] as const;

export async function create(name: string, flags: NewFlags): Promise<number> {
  const { text } = findNamed('form', templates, flags.form);
  const [, stem = '', extension] = /^(.*?)(\.[cm]?[jt]s)?$/.exec(name) ?? [];
  if (!/^[a-z][a-z0-9-]*$/.test(stem)) {
    throw new UserError(`${JSON.stringify(name)} cannot name a workload`, {
      hint: 'use lower-case words joined by -, like orders-api',
    });
  }
  const file = `${stem}${extension ?? (flags.js ? '.mjs' : '.ts')}`;
  try {
    writeFileSync(file, text(stem), { flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(code === 'EEXIST' ? `${file} exists already` : `${file} cannot be written: ${code}`, {
      hint: 'choose another name, or another folder',
    });
  }
  print(asTyped(`${file}\n  run it:       iobench run ./${file}\n  see charts:   iobench view\n`));
  return 0;
}
