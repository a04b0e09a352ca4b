/** The bytes of several messages, cut in every way: what a codec has to make the same messages of. */
import { expect } from 'vitest';
import { randomFrom } from '../../src/load/random.ts';
import type { Codec } from '../../src/protocols/codec.ts';

const RANDOM_CUTS = 50;

/** Every way that is tried to cut so many bytes: at which places. */
export function cutsOf(length: number): number[][] {
  const random = randomFrom(1);
  const everywhere = Array.from({ length: Math.max(0, length - 1) }, (_, at) => at + 1);
  const some = () => everywhere.filter(() => random() < 0.2);
  return [[], everywhere, ...everywhere.map((at) => [at]), ...Array.from({ length: RANDOM_CUTS }, some)];
}

export function piecesOf(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  return [0, ...cuts].map((from, index) => Uint8Array.from(bytes.subarray(from, cuts[index])));
}

/** Decodes piece by piece; each piece is overwritten once it was taken, as a connection's buffer is. */
export function decoded<Received>(
  codec: Pick<Codec<never, Received>, 'decode'>,
  pieces: readonly Uint8Array[],
): Received[] {
  return pieces.flatMap((piece) => {
    const messages = [...codec.decode(piece)];
    piece.fill(0xee);
    return messages;
  });
}

/** Expects the same messages, however the bytes are cut, from a codec that is made anew for each way. */
export function expectAlike<Received>(
  create: () => Pick<Codec<never, Received>, 'decode'>,
  bytes: Uint8Array,
  messages: readonly Received[],
): void {
  for (const cuts of cutsOf(bytes.length)) {
    const found = decoded(create(), piecesOf(bytes, cuts));
    expect(found, `cut at ${cuts.join()}`).toEqual(messages);
  }
}

/** Bytes that are no messages: whatever comes of them, it comes at once, and is a message or the error. */
export function expectRefusals(
  create: () => Pick<Codec<never, unknown>, 'decode'>,
  code: string,
  seeds = 300,
): void {
  let refused = 0;
  for (let seed = 0; seed < seeds; seed++) {
    const random = randomFrom(seed);
    const bytes = Uint8Array.from({ length: 200 }, () => Math.floor(random() * 256));
    try {
      create().decode(bytes);
    } catch (error) {
      expect(error).toMatchObject({ code, message: expect.stringMatching(/\w+ \w+/) });
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(seeds / 2);
}
