/** Ways in which a result file can be wrong: its bytes, its lines, its values, and what lies in its place. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { deflateSync, inflateSync } from 'node:zlib';
import { pick, type Random, wholeBetween } from './chance.ts';
import { changeLeaf, HOSTILE_TEXTS, leavesOf, type Path } from './json-leaves.ts';

export interface Mutation {
  readonly name: string;
  /** How often it is chosen, beside the others. */
  readonly weight: number;
  /** Writes the file, and says in a few words what it did. */
  readonly write: (file: string, lines: readonly string[], random: Random) => string;
}

type Bytes = (whole: Buffer, random: Random) => { bytes: Uint8Array; did: string };
type Lines = (lines: string[], random: Random) => string[];

const ofBytes = (name: string, change: Bytes, weight = 1): Mutation => ({
  name,
  weight,
  write(file, lines, random) {
    const { bytes, did } = change(Buffer.from(`${lines.join('\n')}\n`), random);
    writeFileSync(file, bytes);
    return did;
  },
});

const ofLines = (name: string, change: Lines, weight = 1): Mutation => ({
  name,
  weight,
  write(file, lines, random) {
    writeFileSync(file, change([...lines], random).join('\n'));
    return '';
  },
});

const HEAD_BYTES = 40;

/** Whole lines end in a newline: the last element is empty. */
const someLine = (lines: readonly string[], random: Random) => wholeBetween(random, 0, lines.length - 1);
const at = (random: Random, whole: Buffer) => wholeBetween(random, 0, whole.length - 1);

const bytes: readonly Mutation[] = [
  ofBytes(
    'a bit is another',
    (whole, random) => {
      const place = at(random, whole);
      const changed = Buffer.from(whole);
      changed[place] = (whole[place] as number) ^ (1 << wholeBetween(random, 0, 7));
      return { bytes: changed, did: `at byte ${place}` };
    },
    6,
  ),
  ofBytes(
    'a byte is missing',
    (whole, random) => {
      const place = at(random, whole);
      return {
        bytes: Buffer.concat([whole.subarray(0, place), whole.subarray(place + 1)]),
        did: `at byte ${place}`,
      };
    },
    3,
  ),
  ofBytes('a byte is no text', (whole, random) => {
    const place = at(random, whole);
    return {
      bytes: Buffer.concat([whole.subarray(0, place), Buffer.from([0xff, 0xc0]), whole.subarray(place)]),
      did: `at byte ${place}`,
    };
  }),
  ofBytes(
    'it is cut off',
    (whole, random) => {
      const place = at(random, whole);
      return { bytes: whole.subarray(0, place), did: `at byte ${place}` };
    },
    4,
  ),
  ofBytes('it ends in zeros', (whole) => ({ bytes: Buffer.concat([whole, Buffer.alloc(4096)]), did: '' })),
  ofBytes('it begins with a byte order mark', (whole) => ({
    bytes: Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), whole]),
    did: '',
  })),
  ofBytes('it is UTF-16', (whole) => ({ bytes: Buffer.from(`\ufeff${whole}`, 'utf16le'), did: '' })),
  ofBytes('it is empty', () => ({ bytes: Buffer.alloc(0), did: '' })),
  ofBytes('it is there twice', (whole) => ({ bytes: Buffer.concat([whole, whole]), did: '' })),
];

const lines: readonly Mutation[] = [
  ofLines('the last line has no newline', (all) => all),
  ofLines('it ends in an empty line', (all) => [...all, '', '']),
  ofLines('its lines end as on Windows', (all) => [...all, ''].join('\r\n').split('\n')),
  ofLines('a line is empty', (all, random) => all.toSpliced(someLine(all, random) + 1, 0, '').concat('')),
  ofLines('a line is missing', (all, random) => all.toSpliced(someLine(all, random), 1).concat(''), 2),
  ofLines('a line is there twice', (all, random) => {
    const line = someLine(all, random);
    return all.toSpliced(line, 0, all[line] as string).concat('');
  }),
  ofLines('the header is last', ([header = '', ...rest]) => [...rest, header, '']),
  ofLines('a line is no JSON', (all, random) => all.toSpliced(someLine(all, random), 1, 'NaN').concat('')),
  ofLines('a line is another JSON', (all, random) =>
    all.toSpliced(someLine(all, random), 1, pick(random, ['null', '[]', '5', '"x"', '{}'])).concat(''),
  ),
  ofLines('a line is nested a hundred thousand times', (all, random) =>
    all.toSpliced(someLine(all, random) + 1, 0, `${'['.repeat(1e5)}${']'.repeat(1e5)}`).concat(''),
  ),
  ofLines('a line has ten million letters', (all, random) =>
    all.toSpliced(someLine(all, random) + 1, 0, 'x'.repeat(1e7)).concat(''),
  ),
];

const values: readonly Mutation[] = [
  ofLeaf('a value is another', 40, () => true),
  ofLeaf('a text is hostile', 20, (_path, value) => typeof value === 'string', HOSTILE_TEXTS),
  ofLeaf('a number is no figure', 10, (_path, value) => typeof value === 'number', [
    -1,
    0,
    0.5,
    1e308,
    -1e308,
    2 ** 53,
    1e21,
    5e-324,
    '12',
    null,
  ]),
  {
    name: 'an error code is a name that every object has',
    weight: 6,
    write(file, all, random) {
      const code = pick(random, [
        'constructor',
        'toString',
        '__proto__',
        'hasOwnProperty',
        'valueOf',
        '\u001b[31mred',
      ]);
      // As text: an object that is written would lose one of them.
      const spoilt = all.map((line) =>
        line
          .replace(/"errors":\{[^}]*\}/, `"errors":{${JSON.stringify(code)}:3}`)
          .replace(/"failed":\d+/, '"failed":3'),
      );
      writeFileSync(file, `${spoilt.join('\n')}\n`);
      return JSON.stringify(code);
    },
  },
  ofHistogram('a letter of a histogram is another', 20, (text, random) => {
    const place = wholeBetween(random, 0, text.length - 1);
    return `${text.slice(0, place)}${pick(random, [...'ABCxyz0189+/=!'])}${text.slice(place + 1)}`;
  }),
  ofHistogram('a byte of a histogram, before it was compressed, is another', 20, (text, random) => {
    const whole = Buffer.from(text, 'base64');
    const inner = inflateSync(whole.subarray(8));
    // Half of them in its head: lengths, shape, limits.
    inner[wholeBetween(random, 0, random() < 0.5 ? HEAD_BYTES - 1 : inner.length - 1)] = wholeBetween(
      random,
      0,
      255,
    );
    return compressed(whole, inner);
  }),
  ofHistogram('a histogram says that it is 2 GB long', 4, (text) => {
    const whole = Buffer.from(text, 'base64');
    const inner = inflateSync(whole.subarray(8));
    inner.writeInt32BE(0x7fffffff, 4);
    return compressed(whole, inner);
  }),
  ofHistogram('a histogram is cut off', 4, (text, random) =>
    text.slice(0, wholeBetween(random, 0, text.length - 1)),
  ),
  ofHistogram('a histogram is 200 MB of zeros', 2, (text) =>
    compressed(Buffer.from(text, 'base64'), Buffer.alloc(2e8)),
  ),
];

/** What lies in its place, made by `make`. */
const ofAnother = (name: string, weight: number, make: (file: string) => unknown): Mutation => ({
  name,
  weight,
  write(file) {
    make(file);
    return '';
  },
});

const instead: readonly Mutation[] = [
  ofAnother('a pipe is in its place', 2, (file) => execFileSync('mkfifo', [file])),
  ofAnother('a folder is in its place', 1, (file) => mkdirSync(file)),
  ofAnother('a link to /dev/zero is in its place', 2, (file) => symlinkSync('/dev/zero', file)),
  ofAnother('a link to itself is in its place', 1, (file) => symlinkSync('run.jsonl', file)),
  ofAnother('a link to nothing is in its place', 1, (file) => symlinkSync('nowhere', file)),
];

export const mutations: readonly Mutation[] = [...bytes, ...lines, ...values, ...instead];

/** One of them, as often as its weight says. */
export function pickMutation(random: Random): Mutation {
  return pick(
    random,
    mutations.flatMap((mutation) => Array.from({ length: mutation.weight }, () => mutation)),
  );
}

/** Changes one value somewhere in a line; to one of those, or to anything. */
function ofLeaf(
  name: string,
  weight: number,
  isWanted: (path: Path, value: unknown) => boolean,
  others?: readonly unknown[],
): Mutation {
  return {
    name,
    weight,
    write(file, all, random) {
      const number = someLine(all, random);
      const line = JSON.parse(all[number] as string) as Record<string, unknown>;
      const path = pick(
        random,
        leavesOf(line).filter((each) => isWanted(each.path, each.value)),
      ).path;
      const did = changeLeaf(line, path, random, others);
      writeFileSync(file, `${all.toSpliced(number, 1, JSON.stringify(line)).join('\n')}\n`);
      return `line ${number + 1}, ${path.join('.')}: ${did}`;
    },
  };
}

function ofHistogram(
  name: string,
  weight: number,
  change: (text: string, random: Random) => string,
): Mutation {
  return {
    name,
    weight,
    write(file, all, random) {
      const number = pick(
        random,
        all.flatMap((line, index) => (line.includes('"hdr"') ? [index] : [])),
      );
      const line = JSON.parse(all[number] as string) as Record<string, unknown>;
      const { path, value } = pick(
        random,
        leavesOf(line).filter((each) => each.path.at(-1) === 'hdr'),
      );
      const changed = change(value as string, random);
      changeLeaf(line, path, random, [changed]);
      writeFileSync(file, `${all.toSpliced(number, 1, JSON.stringify(line)).join('\n')}\n`);
      return `line ${number + 1}, ${path.join('.')}: ${changed.length > 120 ? `${changed.length} letters` : changed}`;
    },
  };
}

/** As HdrHistogram stores it: a cookie, the length, and what was compressed. */
function compressed(whole: Buffer, inner: Uint8Array): string {
  const body = deflateSync(inner);
  const head = Buffer.from(whole.subarray(0, 8));
  head.writeUInt32BE(body.length, 4);
  return Buffer.concat([head, body]).toString('base64');
}
