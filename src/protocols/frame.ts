/**
 * Ethernet frames as they are on a cable, and what is in them: ARP (RFC 826), IPv4 (RFC 791), UDP (RFC 768),
 * TCP (RFC 9293). Only what has to be known to see who asks whom for what.
 */

/** An IPv4 address and a port. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

interface Arp {
  readonly kind: 'arp';
  readonly operation: 'request' | 'reply';
  readonly sender: { readonly host: string; readonly hardware: string };
  /** Whose hardware address is asked for; in a reply, who has asked. */
  readonly target: string;
}
interface Udp {
  readonly kind: 'udp';
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly payload: Buffer;
}
interface Tcp {
  readonly kind: 'tcp';
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** Of its first byte; of a SYN, where the sender begins to count. */
  readonly sequence: number;
  readonly syn: boolean;
  readonly ack: boolean;
  /** As much of it as was captured. */
  readonly payload: Buffer;
}
export type Frame = Arp | Udp | Tcp;

const HEADER_BYTES = 14;
const TYPE_AT = 12;
const [TYPE_IPV4, TYPE_ARP] = [0x0800, 0x0806];
const ARP_BYTES = 28;
const ARP_OPERATIONS: Readonly<Record<number, Arp['operation']>> = { 1: 'request', 2: 'reply' };
const [PROTOCOL_TCP, PROTOCOL_UDP] = [6, 17];
const LEAST_IP_BYTES = 20;
const UDP_BYTES = 8;
const TCP_BYTES = 20;
const [SYN, ACK] = [0x02, 0x10];

/** `undefined` for anything else, and for what is cut off. */
export function decodeFrame(bytes: Buffer): Frame | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const [type, body] = [bytes.readUInt16BE(TYPE_AT), bytes.subarray(HEADER_BYTES)];
  if (type === TYPE_ARP) return decodeArp(body);
  return type === TYPE_IPV4 ? decodeIp(body) : undefined;
}

function decodeArp(body: Buffer): Arp | undefined {
  if (body.length < ARP_BYTES) return undefined;
  const operation = ARP_OPERATIONS[body.readUInt16BE(6)];
  if (operation === undefined) return undefined;
  const sender = { host: hostAt(body, 14), hardware: hardwareAt(body, 8) };
  return { kind: 'arp', operation, sender, target: hostAt(body, 24) };
}

function decodeIp(packet: Buffer): Udp | Tcp | undefined {
  if (packet.length < LEAST_IP_BYTES) return undefined;
  const headerBytes = ((packet[0] as number) & 0x0f) * 4;
  const [protocol, totalBytes] = [packet[9], packet.readUInt16BE(2)];
  // A short frame is filled up to the least length of Ethernet.
  const body = packet.subarray(headerBytes, totalBytes === 0 ? packet.length : totalBytes);
  const [source, target] = [hostAt(packet, 12), hostAt(packet, 16)];
  if (protocol === PROTOCOL_UDP && body.length >= UDP_BYTES)
    return { kind: 'udp', ...endpointsOf(source, target, body), payload: body.subarray(UDP_BYTES) };
  if (protocol !== PROTOCOL_TCP || body.length < TCP_BYTES) return undefined;
  const [offset, flags] = [(body[12] as number) >> 4, body[13] as number];
  return {
    kind: 'tcp',
    ...endpointsOf(source, target, body),
    sequence: body.readUInt32BE(4),
    syn: (flags & SYN) !== 0,
    ack: (flags & ACK) !== 0,
    payload: body.subarray(offset * 4),
  };
}

const endpointsOf = (source: string, target: string, body: Buffer) => ({
  from: { host: source, port: body.readUInt16BE(0) },
  to: { host: target, port: body.readUInt16BE(2) },
});

const hostAt = (bytes: Buffer, at: number): string => bytes.subarray(at, at + 4).join('.');
const hardwareAt = (bytes: Buffer, at: number): string =>
  [...bytes.subarray(at, at + 6)].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
