/** Messages of the Dynamic Host Configuration Protocol (RFC 2131), with the options of RFC 2132. */

export const [DHCP_SERVER_PORT, DHCP_CLIENT_PORT] = [67, 68];

const TYPES: Readonly<Record<number, string>> = {
  1: 'DISCOVER',
  2: 'OFFER',
  3: 'REQUEST',
  5: 'ACK',
  6: 'NAK',
};
const TRANSACTION_AT = 4;
const YOUR_ADDRESS_AT = 16;
const COOKIE_AT = 236;
const COOKIE = 0x63825363;
const OPTIONS_AT = COOKIE_AT + 4;
const [PAD, END] = [0, 255];
const OPTION = { mask: 1, router: 3, nameServer: 6, leaseSeconds: 51, type: 53 } as const;

export interface DhcpMessage {
  readonly type: string;
  /** The same in all messages of an exchange. */
  readonly transaction: number;
  /** What the client gets; 0.0.0.0 in its own messages. */
  readonly yourAddress: string;
  readonly mask?: string | undefined;
  readonly router?: string | undefined;
  readonly nameServer?: string | undefined;
  readonly leaseSeconds?: number | undefined;
}

/** `undefined` for what is none, and for types that lease nothing. */
export function decodeDhcp(bytes: Buffer): DhcpMessage | undefined {
  if (bytes.length < OPTIONS_AT || bytes.readUInt32BE(COOKIE_AT) !== COOKIE) return undefined;
  const options = optionsOf(bytes.subarray(OPTIONS_AT));
  const type = TYPES[options.get(OPTION.type)?.[0] ?? 0];
  if (type === undefined) return undefined;
  const address = (option: number) => {
    const value = options.get(option);
    return value && value.length >= 4 ? value.subarray(0, 4).join('.') : undefined;
  };
  const lease = options.get(OPTION.leaseSeconds);
  return {
    type,
    transaction: bytes.readUInt32BE(TRANSACTION_AT),
    yourAddress: bytes.subarray(YOUR_ADDRESS_AT, YOUR_ADDRESS_AT + 4).join('.'),
    mask: address(OPTION.mask),
    router: address(OPTION.router),
    nameServer: address(OPTION.nameServer),
    leaseSeconds: lease?.length === 4 ? lease.readUInt32BE() : undefined,
  };
}

/** One that is cut off ends the list. */
function optionsOf(bytes: Buffer): ReadonlyMap<number, Buffer> {
  const options = new Map<number, Buffer>();
  for (let at = 0; at < bytes.length; ) {
    const code = bytes[at++] as number;
    if (code === END) break;
    if (code === PAD) continue;
    const length = bytes[at++] ?? 0;
    options.set(code, bytes.subarray(at, at + length));
    at += length;
  }
  return options;
}
