/**
 * Answers DNS queries over UDP (RFC 1035): one name has an address, no other exists. Options: `loss`, the share
 * of queries that are not answered, as if they, or their answers, had been lost.
 */
import dgram from 'node:dgram';
import { type Answer, AUTHORITATIVE_ANSWER, decode, encode } from 'dns-packet';
import { DNS_ADDRESS, DNS_NAME } from './index.ts';
import { servePeer } from './peer.ts';

/** The response code of a name that does not exist (NXDOMAIN). */
const NAME_ERROR = 3;
const TTL_SECONDS = 60;

servePeer(({ loss }) => {
  const socket = dgram.createSocket('udp4');
  socket.on('message', (bytes, from) => {
    if (Math.random() < Number(loss ?? 0)) return;
    const answer = answerTo(bytes);
    if (answer) socket.send(answer, from.port, from.address);
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', () => resolve({ host: '127.0.0.1', port: socket.address().port }));
  });
});

/** `undefined` for what is no query: it is not answered. */
function answerTo(bytes: Buffer): Buffer | undefined {
  try {
    const { id = 0, questions = [], type } = decode(bytes);
    if (type !== 'query') return undefined;
    const isKnown = questions.some(({ name }) => name.toLowerCase() === DNS_NAME);
    const answers: Answer[] = questions
      .filter((question) => question.type === 'A' && question.name.toLowerCase() === DNS_NAME)
      .map(({ name }) => ({ type: 'A', name, ttl: TTL_SECONDS, data: DNS_ADDRESS }));
    const flags = AUTHORITATIVE_ANSWER | (isKnown ? 0 : NAME_ERROR);
    return encode({ type: 'response', id, flags, questions, answers });
  } catch {
    return undefined;
  }
}
