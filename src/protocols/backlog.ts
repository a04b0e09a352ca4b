/** Bytes that have arrived and are not yet part of a whole message. */

const FIRST_BYTES = 4 * 1024;

export class Backlog {
  private store = Buffer.alloc(0);
  /** How much of the store is kept. */
  private length = 0;
  private all: Buffer = Buffer.alloc(0);

  /** What was kept, then these bytes; valid until `keepFrom`, which has to follow. */
  join(bytes: Uint8Array): Buffer {
    if (this.length === 0) {
      // The usual case: nothing is copied.
      this.all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    } else {
      this.append(bytes);
      this.all = this.store.subarray(0, this.length);
    }
    return this.all;
  }

  /** Keeps what was joined from there on, as a copy; no byte is copied for each piece that comes after it. */
  keepFrom(start: number): void {
    const rest = this.all.subarray(start);
    if (this.length === 0) this.append(rest);
    else {
      if (start > 0) this.store.copyWithin(0, start, this.length);
      this.length = rest.length;
    }
  }

  private append(bytes: Uint8Array): void {
    const needed = this.length + bytes.length;
    if (needed > this.store.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.store.length, FIRST_BYTES));
      this.store.copy(larger, 0, 0, this.length);
      this.store = larger;
    }
    this.store.set(bytes, this.length);
    this.length = needed;
  }
}
