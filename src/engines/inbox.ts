/** What has arrived on a connection before it was asked for, in its order. */
import { getSystemErrorName } from 'node:util';
import { OperationError, type Peeked, type Receive } from '../operations.ts';
import type { BufferRing } from './buffer-ring.ts';

/**
 * How many of the shared buffers one connection may keep. What comes beyond that is copied to memory of its
 * own, so that a connection that nobody receives from takes no buffer from the others.
 */
export const MOST_BUFFERS_KEPT = 8;

/** Bytes; or, without `memory`, the end of the stream (0) or an error (negative). */
interface Piece {
  readonly result: number;
  readonly memory: Buffer | undefined;
  /** The shared buffer that the memory is; -1 if it is the connection's own. */
  readonly buffer: number;
  /** Bytes of it that were received already. */
  received: number;
}

export class Inbox {
  private readonly pool: BufferRing;
  private readonly pieces: Piece[] = [];
  private kept = 0;

  constructor(pool: BufferRing) {
    this.pool = pool;
  }

  get isEmpty(): boolean {
    return this.pieces.length === 0;
  }
  /** It keeps as many shared buffers as it may. */
  get isFull(): boolean {
    return this.kept >= MOST_BUFFERS_KEPT;
  }
  /** `undefined` if it is empty. */
  peek(): Peeked | undefined {
    const first = this.pieces[0];
    return first && (first.memory ? 'bytes' : 'end');
  }

  /** Adds the first `length` bytes of a shared buffer. */
  addBytes(buffer: number, memory: Buffer, length: number): void {
    if (this.isFull) {
      const own = Buffer.from(memory.subarray(0, length));
      this.pieces.push({ result: length, memory: own, buffer: -1, received: 0 });
      this.pool.giveBack(buffer);
    } else {
      this.kept++;
      this.pieces.push({ result: length, memory, buffer, received: 0 });
    }
  }
  /** Adds the end of the stream (0), or an error (negative). */
  addEnd(result: number): void {
    this.pieces.push({ result, memory: undefined, buffer: -1, received: 0 });
  }

  /** Takes as many bytes as are there and fit. @throws OperationError, if an error comes first. */
  take({ buffer, offset, length }: Receive, target: string): number {
    let taken = 0;
    for (let piece = this.pieces[0]; piece; piece = this.pieces[0]) {
      if (!piece.memory) {
        if (taken > 0) return taken;
        this.pieces.shift();
        if (piece.result < 0) throw receiveError(piece.result, target);
        return 0;
      }
      const bytes = Math.min(length - taken, piece.result - piece.received);
      piece.memory.copy(buffer, offset + taken, piece.received, piece.received + bytes);
      piece.received += bytes;
      taken += bytes;
      if (piece.received < piece.result) return taken;
      this.pieces.shift();
      this.release(piece);
    }
    return taken;
  }
  /** Gives all its buffers back. */
  clear(): void {
    for (const piece of this.pieces.splice(0)) this.release(piece);
  }

  private release({ buffer }: Piece): void {
    if (buffer < 0) return;
    this.kept--;
    this.pool.giveBack(buffer);
  }
}

export const receiveError = (result: number, target: string): OperationError =>
  new OperationError('receive', getSystemErrorName(result), target);
