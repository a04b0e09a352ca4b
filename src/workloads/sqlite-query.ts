import path from 'node:path';
import * as z from 'zod/mini';
import { count, flag } from './parameters.ts';
import { openSqlite, type SqliteDatabase, type SqliteStatement } from './sqlite-database.ts';
import { defineWorkload } from './workload.ts';

interface SqliteFixture {
  readonly file: string;
  readonly rows: number;
  readonly prepared: boolean;
  readonly items: number;
}

interface SqliteClient {
  readonly database: SqliteDatabase;
  /** `undefined` if each query is planned anew. */
  readonly statement: SqliteStatement | undefined;
  readonly fixture: SqliteFixture;
}

const LEAST_ITEMS = 1_000;
const PAYLOAD_BYTES = 100;
const QUERY = 'select id, payload from item where id between ? and ? order by id';

export default defineWorkload({
  name: 'sqlite-query',
  summary: 'Select rows by their keys from SQLite, by calls that block until they have them',
  params: z.object({
    rows: count(1, 1),
    prepared: flag(true),
  }),
  prepare({ params: { rows, prepared }, directory }): SqliteFixture {
    const fixture = {
      file: path.join(directory, 'items.sqlite'),
      rows,
      prepared,
      items: Math.max(LEAST_ITEMS, rows),
    };
    fill(fixture);
    return fixture;
  },
  connect(fixture): SqliteClient {
    const database = openSqlite(fixture.file);
    return { database, statement: fixture.prepared ? database.prepare(QUERY) : undefined, fixture };
  },
  request({ database, statement, fixture: { rows, items } }, random): void {
    const first = 1 + Math.floor(random() * (items - rows + 1));
    const found = (statement ?? database.prepare(QUERY)).all(first, first + rows - 1);
    requireItems(found, first, rows);
  },
  disconnect({ database }) {
    database.close();
  },
});

/** The same rows as those of `sql-query`. */
function fill({ file, items }: SqliteFixture): void {
  const database = openSqlite(file);
  database.exec('create table item (id integer primary key, payload text not null)');
  database.exec(`insert into item
    with recursive number(id) as (select 1 union all select id + 1 from number where id < ${items})
    select id, substr(id || ' ' || '${'iobench '.repeat(PAYLOAD_BYTES / 8 + 1)}', 1, ${PAYLOAD_BYTES}) from number`);
  database.close();
}

/** @throws Error `EMISMATCH` for other rows than those that were asked for. */
function requireItems(rows: ReturnType<SqliteStatement['all']>, first: number, expected: number): void {
  const isRight = ({ id, payload }: Readonly<Record<string, unknown>>, index: number) =>
    id === first + index &&
    typeof payload === 'string' &&
    payload.length === PAYLOAD_BYTES &&
    payload.startsWith(`${id} `);
  if (rows.length !== expected || !rows.every(isRight))
    throw Object.assign(new Error('the rows are not those that were asked for'), { code: 'EMISMATCH' });
}
