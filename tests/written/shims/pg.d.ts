/**
 * What `@types/pg` says of the classes that the workloads use: overloads with callbacks, and an emitter
 * beneath.
 */
declare module 'pg' {
  import { EventEmitter } from 'node:events';

  export interface ClientConfig {
    connectionString?: string | undefined;
    host?: string | undefined;
  }
  export interface PoolConfig extends ClientConfig {
    max?: number | undefined;
  }
  export interface QueryResult<Row> {
    rows: Row[];
    rowCount: number | null;
  }

  // biome-ignore lint/suspicious/noExplicitAny: as the package has it
  type Any = any;

  export class ClientBase extends EventEmitter {
    constructor(config?: string | ClientConfig);
    connect(): Promise<ClientBase>;
    connect(callback: (error: Error) => void): void;
    query<Row = Any>(text: string, values?: Any[]): Promise<QueryResult<Row>>;
    query<Row = Any>(text: string, callback: (error: Error, result: QueryResult<Row>) => void): void;
  }
  export class Client extends ClientBase {
    readonly port: number;
    connect(): Promise<Client>;
    connect(callback: (error: Error) => void): void;
    end(): Promise<void>;
    end(callback: (error: Error) => void): void;
  }
  export interface PoolClient extends Client {
    release(error?: Error | boolean): void;
  }
  export class Pool extends EventEmitter {
    constructor(config?: PoolConfig);
    connect(): Promise<PoolClient>;
    connect(
      callback: (error: Error | undefined, client: PoolClient | undefined, done: () => void) => void,
    ): void;
    end(): Promise<void>;
  }

  const pg: { Client: typeof Client; Pool: typeof Pool };
  export default pg;
}
