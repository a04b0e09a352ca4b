/** SQLite as a library of this process: Node's own where it has one, else `libsql`. Each call blocks. */
import { createRequire } from 'node:module';
import process from 'node:process';
import { UnsupportedError } from '../operations.ts';

/** What both have, by the same names. */
export interface SqliteDatabase {
  exec(text: string): unknown;
  prepare(text: string): SqliteStatement;
  close(): void;
}
export interface SqliteStatement {
  all(...values: readonly number[]): Readonly<Record<string, unknown>>[];
}

interface NodeSqlite {
  readonly DatabaseSync: new (file: string) => SqliteDatabase;
}

type Open = (file: string) => SqliteDatabase;
let known: Open | undefined;

/** Opens a database, and makes it if there is none. @throws UnsupportedError where there is no SQLite. */
export function openSqlite(file: string): SqliteDatabase {
  known ??= firstOf([ofNode, ofLibsql]);
  return known(file);
}

/** @throws UnsupportedError if there is none of them here. */
export function firstOf(ways: readonly (() => Open | undefined)[]): Open {
  for (const way of ways) {
    const open = way();
    if (open) return open;
  }
  throw new UnsupportedError(
    'this Node has no node:sqlite (22.13 and later do), and the package libsql is not installed: npm install libsql',
  );
}

function ofNode(): Open | undefined {
  const { emitWarning } = process;
  // That it is experimental is printed by every process that loads it.
  process.emitWarning = () => {};
  try {
    const library = process.getBuiltinModule('node:sqlite') as NodeSqlite | undefined;
    return library && ((file) => new library.DatabaseSync(file));
  } finally {
    process.emitWarning = emitWarning;
  }
}

function ofLibsql(): Open | undefined {
  try {
    const Database = createRequire(import.meta.url)('libsql') as new (file: string) => SqliteDatabase;
    return (file) => new Database(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
