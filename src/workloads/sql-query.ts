import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod/mini';
import { type Steps, sleep } from '../operations.ts';
import { type Login, openPostgres, type Postgres, type Row } from '../protocols/postgres.ts';
import { openOver } from '../protocols/stream.ts';
import { count, flag } from './parameters.ts';
import type { Program } from './peers/program.ts';
import { defineWorkload, type PeerAddress } from './workload.ts';

interface SqlFixture extends PeerAddress {
  readonly login: Login;
  readonly prepared: boolean;
  /** How many rows each query has to return, of how many there are. */
  readonly rows: number;
  readonly items: number;
}

interface SqlClient {
  readonly database: Postgres;
  readonly fixture: SqlFixture;
}

const LEAST_ITEMS = 1_000;
const PAYLOAD_BYTES = 100;
/** A pool per client, of one connection: as many as there are clients. */
const MOST_CONNECTIONS = 1_000;
/** Of the appendix of PostgreSQL's manual, error codes. */
const CANNOT_CONNECT_NOW = '57P03';
const MOST_TRIES = 500;
const BETWEEN_TRIES_NS = 20e6;
const USER = 'iobench';
const DATABASE = 'postgres';
const QUERY = 'select id, payload from item where id between $1 and $2 order by id';
const STATEMENT = 'items';

export default defineWorkload({
  name: 'sql-query',
  summary: 'Select rows by their keys from PostgreSQL, by a prepared statement or not',
  uses: ['sockets'],
  params: z.object({
    rows: count(1, 1),
    prepared: flag(true),
  }),
  async prepare({ params: { rows, prepared }, startProgram, perform }): Promise<SqlFixture> {
    const login = { user: USER, password: randomBytes(16).toString('hex'), database: DATABASE };
    const server = await startProgram(postgres(login));
    const fixture = { ...server, login, rows, prepared, items: Math.max(LEAST_ITEMS, rows) };
    await perform(fill(fixture));
    return fixture;
  },
  *connect(fixture): Steps<SqlClient> {
    const database = yield* open(fixture);
    if (fixture.prepared) yield* database.prepare(STATEMENT, QUERY);
    return { database, fixture };
  },
  *request({ database, fixture: { prepared, rows, items } }, random): Steps<void> {
    const first = 1 + Math.floor(random() * (items - rows + 1));
    const values = [String(first), String(first + rows - 1)];
    const found = yield* prepared ? database.execute(STATEMENT, values) : database.query(QUERY, values);
    requireItems(found, first, rows);
  },
  *disconnect({ database }) {
    yield* database.close();
  },
});

/** Nothing is written while it is measured, so nothing is cleaned up meanwhile either. */
const postgres = ({ user, password }: Login): Program => ({
  name: 'postgres',
  package: 'postgresql',
  folders: ['/usr/lib/postgresql/*/bin', '/usr/pgsql-*/bin'],
  // Without waiting for its clients.
  endsBy: 'SIGINT',
  async words({ port, folder, run }) {
    const data = path.join(folder, 'data');
    const passwordFile = path.join(folder, 'password');
    // Whoever runs it has to read it; nobody else may enter the folder.
    writeFileSync(passwordFile, password, { mode: 0o644 });
    const made = ['--no-sync', '--no-locale', '--encoding=UTF8', '--auth=scram-sha-256'];
    await run('initdb', ['-D', data, '-U', user, `--pwfile=${passwordFile}`, ...made]);
    const settings = {
      listen_addresses: '127.0.0.1',
      port,
      unix_socket_directories: '',
      max_connections: MOST_CONNECTIONS,
      autovacuum: 'off',
      // In its folder, which is removed whatever happens to it.
      dynamic_shared_memory_type: 'mmap',
    };
    return ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  },
});

const open = (fixture: SqlFixture): Steps<Postgres> =>
  openOver(fixture, (stream) => openPostgres(stream, fixture.login));

/** It listens before it serves, and refuses meanwhile. */
function* openOnceStarted(fixture: SqlFixture): Steps<Postgres> {
  for (let tried = 1; ; tried++) {
    try {
      return yield* open(fixture);
    } catch (error) {
      if ((error as { code?: string }).code !== CANNOT_CONNECT_NOW || tried === MOST_TRIES) throw error;
      yield* sleep(BETWEEN_TRIES_NS);
    }
  }
}

function* fill(fixture: SqlFixture): Steps<void> {
  const database = yield* openOnceStarted(fixture);
  yield* database.run('create table item (id int primary key, payload text not null)');
  yield* database.run(`insert into item select id, rpad(id || ' ', ${PAYLOAD_BYTES}, 'iobench ')
    from generate_series(1, ${fixture.items}) id`);
  yield* database.run('vacuum analyze item');
  yield* database.close();
}

/** @throws Error `EMISMATCH` for other rows than those that were asked for. */
function requireItems(rows: readonly Row[], first: number, count: number): void {
  const isRight = ([id, payload]: Row, index: number) =>
    id === String(first + index) && payload?.length === PAYLOAD_BYTES && payload.startsWith(`${id} `);
  if (rows.length !== count || !rows.every(isRight))
    throw Object.assign(new Error('the rows are not those that were asked for'), { code: 'EMISMATCH' });
}
