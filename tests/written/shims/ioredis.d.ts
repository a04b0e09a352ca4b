/** What ioredis says of the class that the workloads use: an emitter whose commands take a callback, too. */
declare module 'ioredis' {
  import { EventEmitter } from 'node:events';

  export interface RedisOptions {
    lazyConnect?: boolean;
  }
  type Callback<Value> = (error: Error | null | undefined, value?: Value) => void;

  export class Redis extends EventEmitter {
    constructor(port: number, host: string, options?: RedisOptions);
    constructor(options?: RedisOptions);
    readonly status: string;
    connect(callback?: Callback<void>): Promise<void>;
    disconnect(reconnect?: boolean): void;
    get(key: string | Buffer, callback?: Callback<string | null>): Promise<string | null>;
    set(key: string | Buffer, value: string | Buffer | number, callback?: Callback<'OK'>): Promise<'OK'>;
    quit(callback?: Callback<'OK'>): Promise<'OK'>;
  }
  export default Redis;
}
