/** What a workload file imports: `import { defineWorkload, send, receive, z } from 'iobench'`. */
export { z } from 'zod';
export {
  type Connection,
  close,
  compute,
  connect,
  type File,
  fsync,
  type Operation,
  OperationError,
  open,
  read,
  receive,
  type Steps,
  send,
  sleep,
  UnsupportedError,
  uncache,
  watch,
  write,
} from './operations.ts';
export type * from './result.ts';
export { parseRun } from './result.ts';
export { connectHttp, disconnectHttp, exchange, type HttpClient, targetOf } from './workloads/http-exchange.ts';
export { byteSize, choice, count, duration, flag, share, text } from './workloads/parameters.ts';
export { servePeer } from './workloads/peers/peer.ts';
export { defineWorkload, type Form, type PeerAddress, type Preparation, type Random, type Workload } from './workloads/workload.ts';
