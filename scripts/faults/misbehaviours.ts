/**
 * Ways in which a server can misbehave, or do what is within its rights and rarely met: each a literal that
 * says what it writes, and how many complete answers it gives with that. No client can have completed more
 * requests than that.
 */
import {
  type Action,
  BYTEWISE,
  END,
  END_WHEN_IDLE,
  FOREVER,
  HALF_END,
  RESET,
  STAND_STILL,
  WAIT,
} from './script.ts';

export interface Misbehaviour {
  readonly name: string;
  /** What the server does, in one sentence. */
  readonly does: string;
  /** As soon as somebody has connected. */
  readonly connected?: readonly Action[];
  /** For the first request on a connection, the second ...; for all that follow, the last. */
  readonly answers: readonly (readonly Action[])[];
  /**
   * How many complete answers to requests it has given on a connection on which it has dealt with so many.
   */
  readonly gives: (dealtWith: number) => number;
  /** All this is within HTTP: a client that keeps to it has no failed request. */
  readonly isFair?: boolean;
  /** It never answers, and the time limit ends the trial. */
  readonly isSilent?: boolean;
}

const all = (dealtWith: number) => dealtWith;
const one = (dealtWith: number) => Math.min(dealtWith, 1);
const none = () => 0;

const BODY = 'hello';
const head = (...lines: string[]) => `${lines.join('\r\n')}\r\n\r\n`;
const OK = 'HTTP/1.1 200 OK';
const FINE = head(OK, 'Content-Length: 5') + BODY;
const CHUNKED = head(OK, 'Transfer-Encoding: chunked');

export const misbehaviours: readonly Misbehaviour[] = [
  {
    name: 'ends-by-closing',
    does: 'answers as HTTP/1.0 without a length: the end of the stream is the end of the answer',
    answers: [[head('HTTP/1.0 200 OK') + BODY, END]],
    gives: one,
    isFair: true,
  },
  {
    name: 'half-closes',
    does: 'answers without a length and ends its side alone: it goes on reading, and never answers again',
    answers: [[head(OK) + BODY, HALF_END], []],
    gives: one,
    isFair: true,
  },
  {
    name: 'stops-after-one',
    does: 'answers the first request of a connection and none after that',
    answers: [[FINE], []],
    gives: one,
    isSilent: true,
  },
  {
    name: 'two-for-one',
    does: 'answers every request twice',
    answers: [[FINE + FINE]],
    gives: all,
  },
  {
    name: 'unasked',
    does: 'sends a thousand answers as soon as somebody connects, and none when it is asked',
    connected: [FINE.repeat(1000)],
    answers: [[]],
    gives: one,
    isSilent: true,
  },
  {
    name: 'more-than-its-length',
    does: 'sends twice as much body as its Content-Length says',
    answers: [[FINE + BODY]],
    gives: all,
  },
  {
    name: 'closes-politely',
    does: 'says Connection: close with a length, and closes',
    answers: [[head(OK, 'Content-Length: 5', 'Connection: close') + BODY, END]],
    gives: one,
    isFair: true,
  },
  {
    name: 'old-with-length',
    does: 'answers as HTTP/1.0 with a length, and closes',
    answers: [[head('HTTP/1.0 200 OK', 'Content-Length: 5') + BODY, END]],
    gives: one,
    isFair: true,
  },
  {
    name: 'closes-after-five',
    does: 'keeps a connection for five requests, and closes it without a word',
    answers: [[FINE], [FINE], [FINE], [FINE], [FINE, END]],
    gives: (dealtWith) => Math.min(dealtWith, 5),
    isFair: true,
  },
  {
    name: 'closes-when-idle',
    does: 'closes a connection that was idle for 3 ms',
    answers: [[FINE, END_WHEN_IDLE(3)]],
    gives: all,
    isFair: true,
  },
  {
    name: 'continues-first',
    does: 'sends an interim answer before each answer (RFC 9110, 15.2)',
    answers: [[head('HTTP/1.1 103 Early Hints', 'Link: </style.css>') + FINE]],
    gives: all,
    isFair: true,
  },
  {
    name: 'interim-alone',
    does: 'sends interim answers without end, and never an answer',
    answers: [[FOREVER(head('HTTP/1.1 102 Processing'), 5)]],
    gives: none,
    isSilent: true,
  },
  {
    name: 'byte-by-byte',
    does: 'sends each byte by itself',
    answers: [[BYTEWISE(FINE)]],
    gives: all,
    isFair: true,
  },
  {
    name: 'breaks-off',
    does: 'closes in the middle of a body',
    answers: [[head(OK, 'Content-Length: 1000') + BODY, END]],
    gives: none,
  },
  {
    name: 'resets-in-the-middle',
    does: 'resets the connection in the middle of a body',
    answers: [[head(OK, 'Content-Length: 1000') + BODY, WAIT(1), RESET]],
    gives: none,
  },
  {
    name: 'resets-at-once',
    does: 'resets every connection as soon as it is there',
    connected: [RESET],
    answers: [[]],
    gives: none,
  },
  {
    name: 'closes-at-once',
    does: 'closes every connection as soon as it is there',
    connected: [END],
    answers: [[]],
    gives: none,
  },
  {
    name: 'never-ends',
    does: 'begins an answer in chunks that never ends',
    answers: [[CHUNKED, FOREVER('5\r\nhello\r\n', 1)]],
    gives: none,
    isSilent: true,
  },
  {
    name: 'stops-in-the-head',
    does: 'sends half of a head, and nothing more',
    answers: [['HTTP/1.1 200 OK\r\nContent-Le']],
    gives: none,
    isSilent: true,
  },
  {
    name: 'wrong-chunks',
    does: 'gives the size of a chunk in words that are no number',
    answers: [[`${CHUNKED}five\r\nhello\r\n0\r\n\r\n`]],
    gives: none,
  },
  {
    name: 'two-lengths',
    does: 'gives two lengths that contradict each other',
    answers: [[head(OK, 'Content-Length: 5', 'Content-Length: 7') + BODY, END]],
    gives: none,
  },
  {
    name: 'another-protocol',
    does: 'greets with escape sequences for a terminal, in a protocol that is not HTTP',
    connected: ['\u001b]0;owned\u0007\u001b[31mSSH-2.0-\u009b2Jnone\r\n'],
    answers: [['\u001b[2J\r\n']],
    gives: none,
  },
  {
    name: 'refuses',
    does: 'answers 503, with escape sequences in its reason',
    answers: [[head('HTTP/1.1 503 \u001b[31mNo', 'Content-Length: 5') + BODY]],
    gives: none,
  },
  {
    name: 'late',
    does: 'answers after the window has closed',
    answers: [[WAIT(300), FINE]],
    gives: all,
  },
  {
    name: 'stands-still',
    does: 'stands still as a whole, from 60 ms after its first connection on, for half a second',
    answers: [[STAND_STILL(60, 560), FINE]],
    gives: all,
    isFair: true,
  },
];
