/** Connections to back ends: kept from one request to the next, in each thread its own. */
import { type Connection, close, connect, peek, type Steps } from '../../operations.ts';
import { createResponseReader, type ResponseReader } from '../http-response.ts';
import type { PeerAddress } from '../workload.ts';

export interface Link {
  readonly connection: Connection;
  readonly buffer: Uint8Array;
  readonly reader: ResponseReader;
}

const BUFFER_BYTES = 16 * 1024;

export class Links {
  private readonly backEnds: readonly PeerAddress[];
  private readonly kept: Link[][];

  constructor(backEnds: readonly PeerAddress[]) {
    this.backEnds = backEnds;
    this.kept = backEnds.map(() => []);
  }

  /** One that is kept and still open, or a new one. @throws OperationError if it cannot be connected to. */
  *take(backEnd: number): Steps<Link> {
    const kept = this.kept[backEnd] as Link[];
    for (let link = kept.pop(); link; link = kept.pop()) {
      if ((yield* peek(link.connection)) === 'nothing') return link;
      yield* this.discard(link);
    }
    const { host, port } = this.backEnds[backEnd] as PeerAddress;
    const connection = yield* connect(host, port);
    return { connection, buffer: Buffer.alloc(BUFFER_BYTES), reader: createResponseReader() };
  }

  keep(backEnd: number, link: Link): void {
    (this.kept[backEnd] as Link[]).push(link);
  }

  *discard({ connection, reader }: Link): Steps<void> {
    reader.free();
    try {
      yield* close(connection);
    } catch {
      // It was over: closing it may fail, too.
    }
  }
}
