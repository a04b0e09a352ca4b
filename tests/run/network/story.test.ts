/** From captured frames and tables to the steps of a story. */
import { encode } from 'dns-packet';
import { describe, expect, test } from 'vitest';
import type { CapturedFrame } from '../../../src/run/network/capture.ts';
import type { NetworkLook } from '../../../src/run/network/network.main.ts';
import { arpIn, dnsIn, openedIn, passedIn } from '../../../src/run/network/passed.ts';
import { storyOf } from '../../../src/run/network/story.ts';

const [CLIENT, LAN, WAN, SERVER] = ['192.168.1.150', '192.168.1.1', '203.0.113.1', '203.0.113.80'] as const;
const bytesOf = (host: string) => host.split('.').map(Number);

function ethernet(type: number, body: Buffer): Buffer {
  const header = Buffer.alloc(14);
  header.writeUInt16BE(type, 12);
  return Buffer.concat([header, body]);
}

function arp(operation: 1 | 2, sender: string, target: string): Buffer {
  const body = Buffer.alloc(28);
  body.writeUInt16BE(operation, 6);
  body.set([2, 0, 0, 0, 0, Number(sender.split('.').at(-1))], 8);
  body.set(bytesOf(sender), 14);
  body.set(bytesOf(target), 24);
  return ethernet(0x0806, body);
}

type End = readonly [host: string, port: number];

function ip(protocol: number, [source, sourcePort]: End, [target, targetPort]: End, rest: Buffer): Buffer {
  const header = Buffer.alloc(20);
  header[0] = 0x45;
  header.writeUInt16BE(24 + rest.length, 2);
  header[9] = protocol;
  header.set(bytesOf(source), 12);
  header.set(bytesOf(target), 16);
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(sourcePort, 0);
  ports.writeUInt16BE(targetPort, 2);
  return ethernet(0x0800, Buffer.concat([header, ports, rest]));
}

const udp = (from: End, to: End, payload: Buffer): Buffer =>
  ip(17, from, to, Buffer.concat([Buffer.alloc(4), payload]));

function segment(from: End, to: End, sequence: number, flags: number): Buffer {
  const rest = Buffer.alloc(16);
  rest.writeUInt32BE(sequence, 0);
  rest[8] = 0x50;
  rest[9] = flags;
  return ip(6, from, to, rest);
}

function dhcp(type: number, yours = '0.0.0.0'): Buffer {
  const message = Buffer.alloc(240);
  message.set(bytesOf(yours), 16);
  message.writeUInt32BE(0x63825363, 236);
  const options = [53, 1, type, 1, 4, 255, 255, 255, 0, 3, 4, ...bytesOf(LAN), 6, 4, ...bytesOf(LAN)];
  return Buffer.concat([message, Buffer.from([...options, 51, 4, 0, 0, 14, 16, 255])]);
}

/** Frames with their times in microseconds, and their cables. */
const captured = (...frames: [us: number, cable: 'lan' | 'wan', bytes: Buffer][]): CapturedFrame[] =>
  frames.map(([us, cable, bytes]) => ({ atNs: us * 1000, cable, bytes, lengthBytes: bytes.length }));

const QUESTION = { name: 'page.test', type: 'A' } as const;
const asked = encode({ type: 'query', id: 7, questions: [QUESTION] });
const answered = encode({
  type: 'response',
  id: 7,
  questions: [QUESTION],
  answers: [{ ...QUESTION, ttl: 60, data: SERVER }],
});
const [SYN, SYN_ACK] = [0x02, 0x12];

const leasing = captured(
  [0, 'lan', udp(['0.0.0.0', 68], ['255.255.255.255', 67], dhcp(1))],
  [400, 'lan', udp([LAN, 67], [CLIENT, 68], dhcp(2, CLIENT))],
  [900, 'lan', udp(['0.0.0.0', 68], ['255.255.255.255', 67], dhcp(3))],
  [1200, 'lan', udp([LAN, 67], [CLIENT, 68], dhcp(5, CLIENT))],
);
/** A visit: who is asked at the first one is known at the others. `extraUs` slows it down. */
const visit = (port: number, isFirst: boolean, extraUs: number): CapturedFrame[] =>
  captured(
    ...(isFirst
      ? ([
          [0, 'lan', arp(1, CLIENT, LAN)],
          [20, 'lan', arp(2, LAN, CLIENT)],
        ] as [number, 'lan', Buffer][])
      : []),
    [30, 'lan', udp([CLIENT, 5000], [LAN, 53], asked)],
    [230 + extraUs, 'lan', udp([LAN, 53], [CLIENT, 5000], answered)],
    [500, 'lan', segment([CLIENT, port], [SERVER, 443], port, SYN)],
    ...(isFirst
      ? ([
          [505, 'wan', arp(1, WAN, SERVER)],
          [535, 'wan', arp(2, SERVER, WAN)],
        ] as [number, 'wan', Buffer][])
      : []),
    [540 + extraUs, 'wan', segment([WAN, port], [SERVER, 443], port, SYN)],
    [600 + extraUs, 'wan', segment([SERVER, 443], [WAN, port], 99, SYN_ACK)],
    [620 + extraUs, 'lan', segment([SERVER, 443], [CLIENT, port], 99, SYN_ACK)],
  );

const look = (frames: readonly CapturedFrame[], requests: number, translations: number): NetworkLook => ({
  arp: { requests, replies: requests, neighbour: requests === 0 ? '' : `${LAN} REACHABLE` },
  translations,
  route: `${SERVER} via ${LAN} dev eth0 src ${CLIENT}`,
  frames,
});

describe('what passed the router', () => {
  const passed = passedIn(visit(40_000, true, 0));

  test('are questions with their answers, on each cable', () => {
    expect(arpIn(passed, 'lan')).toEqual([
      { asker: CLIENT, wanted: LAN, hardware: '02:00:00:00:00:01', ns: 20_000 },
    ]);
    expect(arpIn(passed, 'wan')).toMatchObject([{ asker: WAN, wanted: SERVER, ns: 30_000 }]);
    expect(dnsIn(passed)).toEqual([
      { name: 'page.test', type: 'A', address: SERVER, ttlSeconds: 60, ns: 200_000 },
    ]);
  });

  test('is a connection with its address before and after the translation', () => {
    expect(openedIn(passed)).toEqual([
      {
        inside: { host: CLIENT, port: 40_000 },
        outside: { host: WAN, port: 40_000 },
        server: { host: SERVER, port: 443 },
        answeredNs: 120_000,
        forwardedNs: 40_000,
      },
    ]);
  });

  test('is one if it was sent again, since the first time, and lasts no less than nothing', () => {
    const frames = visit(40_000, true, 0);
    const again = [...frames.slice(2, 3), ...frames.slice(4, 5)].map((frame) => ({
      ...frame,
      atNs: frame.atNs + 10_000,
    }));
    const repeated = passedIn([...frames, ...again].sort((a, b) => a.atNs - b.atNs));
    expect(dnsIn(repeated)).toEqual(dnsIn(passed));
    expect(openedIn(repeated)).toEqual(openedIn(passed));
    // The system's clock was set back.
    const back = passedIn(frames.map((frame, place) => ({ ...frame, atNs: -place * 1000 })));
    expect([...arpIn(back, 'lan'), ...dnsIn(back)].map(({ ns }) => ns)).toEqual([0, 0]);
    expect(openedIn(back)).toMatchObject([{ answeredNs: 0, forwardedNs: 0 }]);
  });

  test('is nothing without its answer, or without what left the router', () => {
    const frames = visit(40_000, true, 0);
    const without = (place: number) => passedIn(frames.filter((_, each) => each !== place));
    expect(arpIn(without(1), 'lan')).toEqual([]);
    expect(dnsIn(without(3))).toEqual([]);
    expect(openedIn(without(7))).toEqual([]);
    expect(openedIn(without(9))).toEqual([]);
  });
});

describe('the story', () => {
  const observed = {
    before: look(leasing, 0, 0),
    first: look(visit(40_000, true, 900), 1, 1),
    later: look(
      [1, 2, 3].flatMap((place) => visit(40_000 + place, false, place)),
      1,
      4,
    ),
    routeNs: 1_500,
    visits: [{ tls: 9e6 }, { tls: 3e6 }, { tls: 1e6 }, { tls: 2e6 }],
    phases: [
      { name: 'resolve', from: 'browser', to: 'name server', says: 'where?' },
      { name: 'tls', from: 'browser', to: 'server', says: 'ClientHello', explains: 'Keys.' },
      { name: 'unmarked', from: 'browser', to: 'server', says: 'nothing' },
    ],
  };
  const steps = storyOf(observed);
  const step = (name: string) => steps.find((each) => each.name === name) ?? expect.unreachable(name);

  test('has the steps in their order', () => {
    expect(steps.map(({ name, from, to, ns }) => [name, from, to, ns])).toEqual([
      ['DHCP: discover', 'client', 'router', 400_000],
      ['DHCP: request', 'client', 'router', 300_000],
      ['route', 'client', 'client', 1_500],
      ['ARP', 'client', 'router', 20_000],
      // What happens in every visit has the median of the later ones.
      ['DNS', 'client', 'router', 202_000],
      ['TCP: connect', 'client', 'server', 122_000],
      ['ARP, by the router', 'router', 'server', 30_000],
      ['NAT', 'router', 'server', 42_000],
      ['tls', 'client', 'server', 2e6],
    ]);
  });

  test('says what was leased, asked once, and translated', () => {
    expect(step('DHCP: request')).toMatchObject({
      says: `REQUEST: I take ${CLIENT}`,
      answers: 'ACK: it is yours for 3600\u00a0s',
      evidence: expect.stringContaining(`mask 255.255.255.0, router ${LAN}, DNS server ${LAN}`),
    });
    expect(step('ARP').evidence).toContain('0 before the first visit, 1 after it, 1 after 4 visits');
    expect(step('NAT')).toMatchObject({
      says: `from ${CLIENT}:40000 becomes from ${WAN}:40000`,
      evidence: expect.stringContaining('1 after the first visit, 4 after 4'),
    });
  });

  test('is none without a lease', () => {
    expect(() => storyOf({ ...observed, before: look(leasing.slice(0, 3), 0, 0) })).toThrow(
      'no exchange of DHCP',
    );
  });
});
