/**
 * What `@types/better-sqlite3` says: a constructor that is an interface, statements typed by what they take
 * and give, chaining methods.
 */
declare module 'better-sqlite3' {
  namespace BetterSqlite3 {
    interface Statement<Values extends unknown[], Result = unknown> {
      run(...values: Values): { changes: number; lastInsertRowid: number | bigint };
      get(...values: Values): Result | undefined;
      all(...values: Values): Result[];
      iterate(...values: Values): IterableIterator<Result>;
    }
    interface Database {
      name: string;
      open: boolean;
      prepare<Values extends unknown[] | object = unknown[], Result = unknown>(
        source: string,
      ): Values extends unknown[] ? Statement<Values, Result> : Statement<[Values], Result>;
      exec(source: string): this;
      close(): this;
    }
    interface DatabaseConstructor {
      new (filename?: string | Buffer, options?: { readonly?: boolean | undefined }): Database;
      (filename?: string, options?: { readonly?: boolean | undefined }): Database;
    }
  }
  const Database: BetterSqlite3.DatabaseConstructor;
  export default Database;
}
