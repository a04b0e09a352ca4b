/** SCRAM-SHA-256, a client's side (RFC 5802, RFC 7677): the password is proved, and never sent. */
import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

export interface Scram {
  /** The first message. */
  readonly first: string;
  /** The last one, in answer to the server's first. @throws Error `ESCRAM` if that is none. */
  answer(serverFirst: string): string;
  /** @throws Error `ESCRAM` if the server does not know the password either. */
  verify(serverFinal: string): void;
}

export interface ScramOptions {
  /** Empty where the protocol names the user elsewhere, as PostgreSQL's does. */
  readonly user?: string;
  readonly password: string;
  readonly nonce?: string;
}

const NONCE_BYTES = 18;
const KEY_BYTES = 32;
/** RFC 7677 asks for 4096 and more; a server may not ask for hours. */
const MOST_ITERATIONS = 1_000_000;
/** `n,,` in base64: no channel binding. */
const NO_BINDING = 'biws';

export function createScram({ user = '', password, nonce = newNonce() }: ScramOptions): Scram {
  const bare = `n=${user.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${nonce}`;
  let expected = Buffer.alloc(0);
  return {
    first: `n,,${bare}`,
    answer(serverFirst) {
      const { r = '', s = '', i = '' } = attributesOf(serverFirst);
      const iterations = Number(i);
      if (!r.startsWith(nonce) || r === nonce) throw broken('its nonce does not go on from ours');
      if (s === '' || !(Number.isInteger(iterations) && iterations >= 1 && iterations <= MOST_ITERATIONS))
        throw broken('it has no salt, or no sensible number of iterations');
      const salt = Buffer.from(s, 'base64');
      const salted = pbkdf2Sync(password.normalize('NFKC'), salt, iterations, KEY_BYTES, 'sha256');
      const withoutProof = `c=${NO_BINDING},r=${r}`;
      const signed = `${bare},${serverFirst},${withoutProof}`;
      const clientKey = hmac(salted, 'Client Key');
      const proof = xor(clientKey, hmac(sha256(clientKey), signed));
      expected = hmac(hmac(salted, 'Server Key'), signed);
      return `${withoutProof},p=${proof.toString('base64')}`;
    },
    verify(serverFinal) {
      const { v = '', e } = attributesOf(serverFinal);
      if (e !== undefined) throw broken(`it refuses: ${e}`);
      const signature = Buffer.from(v, 'base64');
      if (signature.length !== expected.length || !timingSafeEqual(signature, expected))
        throw broken('it does not know the password');
    },
  };
}

const newNonce = (): string => randomBytes(NONCE_BYTES).toString('base64');

/** `r=abc,s=def`: each is one letter. */
const attributesOf = (message: string): Partial<Record<string, string>> =>
  Object.fromEntries(message.split(',').map((part) => [part[0] ?? '', part.slice(2)]));

const hmac = (key: Buffer, data: string) => createHmac('sha256', key).update(data).digest();
const sha256 = (data: Buffer) => createHash('sha256').update(data).digest();
const xor = (first: Buffer, second: Buffer) =>
  Buffer.from(first.map((byte, at) => byte ^ (second[at] as number)));

const broken = (why: string): Error =>
  Object.assign(new Error(`the server's part of SCRAM-SHA-256 is wrong: ${why}`), { code: 'ESCRAM' });
