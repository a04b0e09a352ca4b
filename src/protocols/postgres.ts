/** A client of PostgreSQL as operations: authentication by SCRAM-SHA-256, and queries with parameters. */
import type { DataRowMessage } from 'pg-protocol/dist/messages.js';
import type { Steps } from '../operations.ts';
import { type Messages, messagesOver } from './codec.ts';
import { type BackendMessage, broken, createPostgresCodec, frontend } from './postgres-messages.ts';
import { createScram } from './scram.ts';
import type { Stream } from './stream.ts';

/** Each field as text; `null` for SQL's null. */
export type Row = readonly (string | null)[];

export interface Login {
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/**
 * Each fails with the server's own error, whose `code` is its SQLSTATE (`22012`); then the connection can go
 * on. With `EOF` if the server closes, `EPOSTGRES` if it breaks the protocol.
 */
export interface Postgres {
  /** Statements without parameters, separated by `;`. The rows of all of them. */
  run(text: string): Steps<Row[]>;
  /** Lets the server plan a statement once, under a name. Parameters are `$1` and so on. */
  prepare(name: string, text: string): Steps;
  /** A statement that was prepared. One round trip. */
  execute(name: string, values: readonly string[]): Steps<Row[]>;
  /** A statement that was not. One round trip. */
  query(text: string, values: readonly string[]): Steps<Row[]>;
  /** Takes leave, and closes the stream. */
  close(): Steps;
}

type Wire = Messages<readonly Uint8Array[], BackendMessage>;

/** Logs in over a stream that has just been connected. @throws Error as above; `ESCRAM`. */
export function* openPostgres(stream: Stream, login: Login): Steps<Postgres> {
  const wire = messagesOver(stream, createPostgresCodec());
  yield* logIn(wire, login);
  const { bind, end, execute, parse, query, sync } = frontend();
  const executed = (statement: string, values: readonly string[]) => [
    bind({ statement, values: [...values] }),
    execute({}),
    sync(),
  ];
  return {
    *run(text) {
      yield* wire.send([query(text)]);
      return yield* rowsUntilReady(wire);
    },
    *prepare(name, text) {
      yield* wire.send([parse({ name, text }), sync()]);
      yield* rowsUntilReady(wire);
    },
    *execute(name, values) {
      yield* wire.send(executed(name, values));
      return yield* rowsUntilReady(wire);
    },
    *query(text, values) {
      yield* wire.send([parse({ text }), ...executed('', values)]);
      return yield* rowsUntilReady(wire);
    },
    *close() {
      try {
        yield* wire.send([end()]);
      } finally {
        yield* stream.close();
      }
    },
  };
}

function* logIn(wire: Wire, { user, password, database }: Login): Steps {
  const { startup, sendSASLInitialResponseMessage, sendSCRAMClientFinalMessage } = frontend();
  const scram = createScram({ password });
  yield* wire.send([startup({ user, database })]);
  for (;;) {
    const message = yield* wire.next();
    const { mechanisms = [], data = '' } = message as { mechanisms?: string[]; data?: string };
    if (message.name === 'authenticationSASL') {
      if (!mechanisms.includes('SCRAM-SHA-256')) throw otherWay(mechanisms.join(', '));
      yield* wire.send([sendSASLInitialResponseMessage('SCRAM-SHA-256', scram.first)]);
    } else if (message.name === 'authenticationSASLContinue')
      yield* wire.send([sendSCRAMClientFinalMessage(scram.answer(data))]);
    else if (message.name === 'authenticationSASLFinal') scram.verify(data);
    else if (message.name.startsWith('authentication') && message.name !== 'authenticationOk')
      throw otherWay(message.name.slice('authentication'.length));
    else if (message.name === 'error') throw message;
    else if (message.name === 'readyForQuery') return;
  }
}

const otherWay = (way: string): Error =>
  broken(`it asks for a password by ${way}, and only SCRAM-SHA-256 is spoken here`);

/** Reads until the server is ready for another query, whether there was an error or not. */
function* rowsUntilReady(wire: Wire): Steps<Row[]> {
  const rows: Row[] = [];
  let failure: BackendMessage | undefined;
  for (;;) {
    const message = yield* wire.next();
    if (message.name === 'dataRow') rows.push((message as DataRowMessage).fields);
    else if (message.name === 'error') {
      if ((message as { severity?: string }).severity !== 'ERROR') throw message;
      failure = message;
    } else if (message.name === 'readyForQuery') {
      if (failure) throw failure;
      return rows;
    }
  }
}
