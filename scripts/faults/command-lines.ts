/** Command lines with something wrong in them: a sentence and exit code 2, or what was asked for. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { checkAccounts, storedTrials } from './account.ts';
import type { Attempt } from './attempt.ts';
import { pick, pickSome, type Random, wholeBetween } from './chance.ts';
import type { Kind } from './kind.ts';

/** What is right, to be spoilt: each is over in a second or two. */
const RIGHT: readonly string[] = [
  'run noop -m epoll -c 1 -t 1 -d 20ms --warmup 5ms --no-charts -q --data data',
  'run sleep -m sync-blocking async-promise -c 1,2 -t 1 -d 20ms --warmup 5ms -p sleep.duration=1ms --no-charts --json --data data',
  'run sleep -m io-uring -r 100,200 --arrivals constant -t 1 -d 20ms --warmup 5ms -p sleep.duration=1ms,2ms --no-charts --data data',
  'run tcp-echo -m poll -c 2 -t 2 --requests 20 -d 50ms --warmup 5ms -p tcp-echo.messageSize=128B -n mine --no-charts --data data -o results',
  'run -w mine.mjs -m event-loop -c 2 --think 1ms -t 1 -d 20ms --warmup 5ms --seed 7 --no-charts --time-limit 20s --data data',
  'run noop -m thread-per-request --threads 2 -c 4 -t 1 -d 20ms --warmup 5ms --max-in-flight 8 --no-charts --data data',
  "run noop -m epoll -c 1 -t 1 -d 20ms --warmup 5ms --no-charts -q --data data --threshold 'noop/epoll: p99<2s'",
  'capacity noop --slo p99<20ms -m epoll --max-rate 2k -d 20ms --warmup 5ms --no-charts --data data',
  'list',
  'list --json -w mine.mjs',
  'report',
  'report kept -f json',
  'report -f csv -o results',
  'compare kept kept --fail-if-slower 5% -f markdown',
  'view --no-open --port 7399',
  'new other --form async --js',
  'overhead -d 5ms',
  'doctor --json --data data',
  '--help',
  'run --help',
  '--version',
];

const HOSTILE: readonly string[] = [
  '',
  ' ',
  '-',
  '--',
  '---',
  '--=',
  '=',
  '-1',
  '0',
  '-0',
  '0.1',
  '1e999',
  'NaN',
  'Infinity',
  '9007199254740993',
  '18446744073709551616',
  '0x10',
  '1,,2',
  ',',
  '1;2',
  '10 apples',
  '1000h',
  '0.0000001ns',
  '100%',
  '-5%',
  'x'.repeat(100_000),
  '\u001b]0;owned\u0007\u001b[31mred',
  '\u009b31mred',
  'two\nlines',
  '\r\n',
  '\u202Eright to left',
  '\ud800',
  '🔥',
  'constructor',
  '__proto__',
  'toString',
  'sleep.__proto__=1',
  'sleep.constructor=1ms',
  'sleep.duration=',
  '.=',
  'sleep.duration=1ms,1ms',
  '../../../x',
  'results/../..',
  '.',
  '..',
  '/dev/null',
  '/dev/full',
  'no/such/folder',
  'mine.mjs',
  'data',
  'kept',
  '%s%n%x',
  '$(id)',
  'http-get.url=http://\u001b[31m@[::',
  'http-get.url=file:///etc/passwd',
  'p99<',
  'p99<0',
  'p42<1ms',
  'mean>1ms',
];
const FLAGS =
  '-m -c --think -r --arrivals --max-in-flight --threads -p -d --requests --warmup -t --time-limit --preset -w --seed -n -o --data --threshold --no-charts --json -q --slo --max-rate -f --charts --theme --fail-if-slower --port --form --js --no-open'.split(
    ' ',
  );

const MINE = `
  import { defineWorkload, sleep } from 'iobench';
  export default defineWorkload({ name: 'mine', summary: 'Sleeps', *request() { yield* sleep(1e6); } });`;

/** What may be done to the words of a line, each once or several times. */
const CHANGES: readonly ((words: readonly string[], random: Random) => string[])[] = [
  (words, random) => words.toSpliced(placeIn(words, random), 1),
  (words, random) => words.toSpliced(placeIn(words, random), 1, pick(random, HOSTILE)),
  (words, random) => words.toSpliced(placeIn(words, random), 1, pick(random, HOSTILE)),
  (words, random) => words.toSpliced(placeIn(words, random), 0, pick(random, HOSTILE)),
  (words, random) => words.toSpliced(placeIn(words, random), 0, pick(random, FLAGS)),
  (words, random) => [...words, pick(random, FLAGS), pick(random, HOSTILE)],
  (words, random) => [...words, ...pickSome(random, words, 1)],
  (words, random) => words.toSpliced(placeIn(words, random), 1, ...pickSome(random, words, 1)),
  (words, random) => changeLetter(words, random),
  (words, random) => changeLetter(words, random),
];

const placeIn = (words: readonly string[], random: Random): number =>
  wholeBetween(random, 0, Math.max(0, words.length - 1));

function changeLetter(words: readonly string[], random: Random): string[] {
  const place = placeIn(words, random);
  const word = words[place] ?? '';
  const letter = wholeBetween(random, 0, Math.max(0, word.length - 1));
  const other = pick(random, [...'abcxyzABC019.,:=-_/<%', '', '\u001b', 'é', '🔥']);
  return words.toSpliced(
    place,
    1,
    word.slice(0, letter) + other + word.slice(letter + wholeBetween(random, 0, 1)),
  );
}

/** A word of a command line cannot hold a zero byte. */
export function spoiltLine(random: Random): string[] {
  let words: string[] = (pick(random, RIGHT).match(/'[^']*'|\S+/g) ?? []).map((word) =>
    word.replaceAll("'", ''),
  );
  for (let times = pick(random, [1, 1, 1, 2, 3]); times > 0; times--)
    words = pick(random, CHANGES)(words, random);
  return words.map((word) => word.replaceAll('\0', ''));
}

/** A line may ask for something long: whoever is interrupted ends. */
const INTERRUPTED_AFTER_MS = 6_000;

async function perform(attempt: Attempt): Promise<void> {
  const { place, random } = attempt;
  writeFileSync(path.join(place.folder, 'mine.mjs'), MINE);
  keepRun(path.join(place.results, '2026-01-01T00-00-00-000-kept'));
  const running = place.start(spoiltLine(random));
  await running.for(INTERRUPTED_AFTER_MS);
  const isInterrupted = !running.isOver;
  if (isInterrupted) running.child.kill('SIGINT');
  const ended = await attempt.end(running, isInterrupted ? { signals: ['SIGINT'] } : {});
  if (ended.code === 2 && ended.stderr.trim() === '')
    attempt.fault('other', `${ended.words.join(' ')}: exit code 2 without a sentence`);
  checkAccounts(attempt, storedTrials(place.results) ?? []);
  await attempt.leave();
}

function keepRun(folder: string): void {
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'run.jsonl'), KEPT);
}

const KEPT = `${JSON.stringify({
  kind: 'run',
  schema: 'iobench/1',
  id: '2026-01-01T00-00-00-000-kept',
  name: 'kept',
  startedAt: '2026-01-01T00:00:00.000Z',
  command: 'iobench run noop',
  seed: 1,
  environment: {
    iobench: '0.1.0',
    node: '20.0.0',
    v8: '11',
    libuv: '1',
    platform: 'linux',
    arch: 'x64',
    kernel: '6',
    cpuModel: 'x',
    cpuCount: 2,
    memoryBytes: 1,
    dataFileSystem: 'ext4',
    uvThreadpoolSize: 4,
    loadAverageBefore: 0,
  },
  models: [],
  workloads: [],
  trials: 1,
})}\n`;

export const commandLines: Kind = {
  name: 'command-lines',
  what: 'command lines that are wrong',
  tries: 300,
  secondsPerTry: 0.5,
  limitSeconds: 40,
  perform,
};
