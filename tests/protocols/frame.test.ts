/** Frames as they were captured on a cable. */
import { describe, expect, test } from 'vitest';
import { decodeDhcp } from '../../src/protocols/dhcp.ts';
import { decodeFrame } from '../../src/protocols/frame.ts';

const bytes = (hex: string) => Buffer.from(hex.replace(/\s/g, ''), 'hex');
const ETHERNET = 'ffffffffffff 0a0b0c0d0e0f';
/** RFC 826: Ethernet (1), IPv4 (0800), lengths 6 and 4, request (1). */
const WHO_HAS = `${ETHERNET} 0806 0001 0800 06 04 0001 0a0b0c0d0e0f c0a80164 000000000000 c0a80101`;
/** RFC 791 without options: 20 bytes of header, TCP; and RFC 9293, a SYN with an option of 4 bytes. */
const SYN = `${ETHERNET} 0800 4500002c 00004000 40060000 c0a80164 cb007150 9c40 01bb 0000002a 00000000 60 02 fa00 0000 0000 020405b4`;

describe('a frame', () => {
  test('asks who has an address', () => {
    expect(decodeFrame(bytes(WHO_HAS))).toEqual({
      kind: 'arp',
      operation: 'request',
      sender: { host: '192.168.1.100', hardware: '0a:0b:0c:0d:0e:0f' },
      target: '192.168.1.1',
    });
  });

  test('opens a connection', () => {
    expect(decodeFrame(bytes(SYN))).toEqual({
      kind: 'tcp',
      from: { host: '192.168.1.100', port: 40_000 },
      to: { host: '203.0.113.80', port: 443 },
      sequence: 42,
      syn: true,
      ack: false,
      payload: Buffer.alloc(0),
    });
  });

  test('has what its header counts, and not what fills it up', () => {
    const udp = `${ETHERNET} 0800 4500001e 00000000 40110000 c0a80164 c0a80101 9c40 0035 000a 0000 6869 00000000`;
    expect(decodeFrame(bytes(udp))).toMatchObject({ kind: 'udp', payload: Buffer.from('hi') });
  });

  test('that is cut off, or of another protocol, is none', () => {
    for (const whole of [bytes(WHO_HAS), bytes(SYN)])
      for (let length = 0; length < 54; length++)
        if (length < whole.length - 4) expect(decodeFrame(whole.subarray(0, length))).toBeUndefined();
    expect(decodeFrame(bytes(`${ETHERNET} 86dd 60000000`))).toBeUndefined();
  });
});

describe('a message of DHCP', () => {
  const message = (options: string) => {
    const header = Buffer.alloc(240);
    header.writeUInt32BE(0xabcd, 4);
    header.set([192, 168, 1, 100], 16);
    header.writeUInt32BE(0x63825363, 236);
    return Buffer.concat([header, bytes(options)]);
  };

  test('leases an address, with all that comes with it', () => {
    const ack = message(
      '35 01 05 00 01 04 ffffff00 03 04 c0a80101 06 04 c0a80101 33 04 00000e10 ff 35 01 02',
    );
    expect(decodeDhcp(ack)).toEqual({
      type: 'ACK',
      transaction: 0xabcd,
      yourAddress: '192.168.1.100',
      mask: '255.255.255.0',
      router: '192.168.1.1',
      nameServer: '192.168.1.1',
      leaseSeconds: 3600,
    });
  });

  test('without a type, or without its mark, is none; one that is cut off has what is there', () => {
    expect(decodeDhcp(message('ff'))).toBeUndefined();
    expect(decodeDhcp(Buffer.alloc(300))).toBeUndefined();
    expect(decodeDhcp(message('35 01 01 33 04 00'))).toMatchObject({
      type: 'DISCOVER',
      leaseSeconds: undefined,
    });
  });
});
