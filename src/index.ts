/** What a workload file imports: `import { defineWorkload, send, receive, z } from 'iobench'`. */
export { z } from 'zod';
export {
  accept,
  both,
  type Connection,
  type ConnectOptions,
  close,
  compute,
  connect,
  type File,
  fsync,
  type Listener,
  type ListenOptions,
  listen,
  type Operation,
  OperationError,
  open,
  type Peeked,
  peek,
  read,
  receive,
  receiveWithin,
  remote,
  type Steps,
  send,
  shutdown,
  sleep,
  type Transport,
  UnsupportedError,
  uncache,
  watch,
  write,
} from './operations.ts';
export type * from './result.ts';
export { parseRun } from './result.ts';
export { connectHttp, disconnectHttp, exchange, type HttpClient } from './workloads/http-exchange.ts';
export { type HttpTarget, targetOf } from './workloads/http-target.ts';
export type { Mark } from './workloads/marks.ts';
export { byteSize, choice, count, duration, flag, share, text } from './workloads/parameters.ts';
export { servePeer } from './workloads/peers/peer.ts';
export type { Program, ProgramPlace } from './workloads/peers/program.ts';
export type { Tally } from './workloads/tally.ts';
export {
  defineServer,
  defineWorkload,
  type Form,
  type PeerAddress,
  type Preparation,
  type Random,
  type Workload,
} from './workloads/workload.ts';
