/** What passed the router, as messages of the protocols that a visit needs: pure, of captured frames. */
import { decode } from 'dns-packet';
import { DHCP_CLIENT_PORT, DHCP_SERVER_PORT, type DhcpMessage, decodeDhcp } from '../../protocols/dhcp.ts';
import { decodeFrame, type Endpoint, type Frame } from '../../protocols/frame.ts';
import { DNS_PORT } from './addresses.ts';
import type { CapturedFrame } from './capture.ts';

interface Passed {
  readonly atNs: number;
  readonly cable: CapturedFrame['cable'];
  readonly frame: Frame;
}

export const passedIn = (captured: readonly CapturedFrame[]): Passed[] =>
  captured.flatMap(({ atNs, cable, bytes }) => {
    const frame = decodeFrame(bytes);
    return frame === undefined ? [] : [{ atNs, cable, frame }];
  });

/** Something that passed, with its time. */
export type Timed<Message> = Message & { readonly atNs: number };

export const dhcpIn = (passed: readonly Passed[]): Timed<DhcpMessage>[] =>
  passed.flatMap(({ atNs, frame }) => {
    const ports = [DHCP_SERVER_PORT, DHCP_CLIENT_PORT];
    if (frame.kind !== 'udp' || !ports.includes(frame.to.port)) return [];
    const message = decodeDhcp(frame.payload);
    return message === undefined ? [] : [{ ...message, atNs }];
  });

/** A question that was answered, and how long that took. */
export interface ArpExchange {
  readonly asker: string;
  readonly wanted: string;
  readonly hardware: string;
  readonly ns: number;
}

export function arpIn(passed: readonly Passed[], cable: Passed['cable']): ArpExchange[] {
  const frames = passed.flatMap((each) =>
    each.cable === cable && each.frame.kind === 'arp' ? [{ ...each.frame, atNs: each.atNs }] : [],
  );
  return frames.flatMap((asked, place) => {
    if (asked.operation !== 'request') return [];
    const reply = frames
      .slice(place)
      .find(({ operation, sender }) => operation === 'reply' && sender.host === asked.target);
    if (reply === undefined) return [];
    const { host: wanted, hardware } = reply.sender;
    return [{ asker: asked.sender.host, wanted, hardware, ns: between(asked, reply) }];
  });
}

export interface DnsExchange {
  readonly name: string;
  readonly type: string;
  readonly address: string;
  readonly ttlSeconds: number;
  readonly ns: number;
}

/** Questions that were answered with an address: one that was sent again is one, since the first time. */
export function dnsIn(passed: readonly Passed[]): DnsExchange[] {
  const messages = passed.flatMap(({ atNs, frame }) =>
    frame.kind === 'udp' && [frame.from.port, frame.to.port].includes(DNS_PORT)
      ? dnsMessage(frame.payload).map((message) => ({ ...message, from: frame.from, to: frame.to, atNs }))
      : [],
  );
  return messages.flatMap((asked, place) => {
    const [question] = asked.questions ?? [];
    if (asked.type !== 'query' || question === undefined) return [];
    // It was sent again where nothing has answered it meanwhile.
    const before = messages
      .slice(0, place)
      .findLast(
        ({ id, from, to }) => id === asked.id && (isSame(from, asked.from) || isSame(to, asked.from)),
      );
    if (before?.type === 'query') return [];
    const answer = messages
      .slice(place)
      .find(({ type, id, to }) => type === 'response' && id === asked.id && isSame(to, asked.from));
    const found = answer?.answers?.find((each) => each.type === 'A');
    if (answer === undefined || found?.type !== 'A') return [];
    const { name, type } = question;
    const ns = between(asked, answer);
    return [{ name, type, address: found.data, ttlSeconds: found.ttl ?? 0, ns }];
  });
}

/** None for what is no message. */
function dnsMessage(payload: Buffer): ReturnType<typeof decode>[] {
  try {
    return [decode(payload)];
  } catch {
    return [];
  }
}

/** A connection that was opened through the router. */
export interface Opened {
  /** As the client began it, and as it left the router. */
  readonly inside: Endpoint;
  readonly outside: Endpoint;
  readonly server: Endpoint;
  /** From its first segment to the server's answer, where the client's cable ends. */
  readonly answeredNs: number;
  /** From when its first segment came to the router to when that left it. */
  readonly forwardedNs: number;
}

/**
 * A segment is the same before and after the translation by the number with which its sender begins; one that
 * was sent again is one, since the first time.
 */
export function openedIn(passed: readonly Passed[]): Opened[] {
  const segments = passed.flatMap(({ atNs, cable, frame }) =>
    frame.kind === 'tcp' && frame.syn ? [{ ...frame, atNs, cable }] : [],
  );
  return segments.flatMap((first, place) => {
    if (first.cable !== 'lan' || first.ack) return [];
    const isRepeat = segments
      .slice(0, place)
      .some(
        ({ cable, ack, sequence, from }) =>
          cable === 'lan' && !ack && sequence === first.sequence && isSame(from, first.from),
      );
    if (isRepeat) return [];
    const after = segments.slice(place + 1);
    const left = after.find(
      ({ cable, ack, sequence }) => cable === 'wan' && !ack && sequence === first.sequence,
    );
    const answer = after.find(({ cable, ack, to }) => cable === 'lan' && ack && isSame(to, first.from));
    if (left === undefined || answer === undefined) return [];
    return [
      {
        inside: first.from,
        outside: left.from,
        server: first.to,
        answeredNs: between(first, answer),
        forwardedNs: between(first, left),
      },
    ];
  });
}

const isSame = (a: Endpoint, b: Endpoint): boolean => a.host === b.host && a.port === b.port;

/** In nanoseconds. The system's clock may be set back meanwhile. */
export const between = (first: { readonly atNs: number }, last: { readonly atNs: number }): number =>
  Math.max(0, last.atNs - first.atNs);
