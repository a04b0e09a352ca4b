/** What `npm run faults -- ...` was asked for. */
import process from 'node:process';
import { parseArgs } from 'node:util';
import type { CampaignOptions } from './campaign.ts';
import type { Kind } from './kind.ts';
import { kinds } from './kinds.ts';

const HELP = `npm run faults -- [--only KIND,...] [--share 0.1] [--seed N] [--number N] [--limit SECONDS] [--keep]

  --only     some kinds: ${kinds.map(({ name }) => name).join(', ')}
  --share    a part of each kind's tries, which the seed chooses
  --seed     for everything random (without it: another one each day)
  --number   one try of each kind alone, as a fault's last line says it
  --limit    how long a command may take before that is a hang (each kind has its own)
  --keep     the folders of tries in which something was wrong stay, below the system's temporary folder
`;

/** Ends the process with what there is, where something else was asked for. */
export function asked(words: readonly string[]): CampaignOptions & { readonly kinds: readonly Kind[] } {
  try {
    return read(words);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return process.exit(2);
  }
}

function read(words: readonly string[]): ReturnType<typeof asked> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...words],
    options: {
      only: text,
      share: text,
      seed: text,
      number: text,
      limit: text,
      keep: { type: 'boolean', default: false },
    },
  });
  return {
    kinds: values.only === undefined ? kinds : values.only.split(',').map(kindNamed),
    seed:
      values.seed === undefined
        ? Math.floor(Date.now() / 86_400_000)
        : numberOf('seed', values.seed, 0, Number.MAX_SAFE_INTEGER),
    share: values.share === undefined ? 1 : numberOf('share', values.share, 0, 1),
    ...(values.number === undefined ? {} : { number: numberOf('number', values.number, 1, 1e6) }),
    ...(values.limit === undefined ? {} : { limitSeconds: numberOf('limit', values.limit, 1, 3600) }),
    keeps: values.keep,
  };
}

function kindNamed(name: string): Kind {
  const kind = kinds.find((each) => each.name === name);
  if (kind) return kind;
  throw new Error(`there is no kind ${JSON.stringify(name)}`);
}

function numberOf(flag: string, written: string, least: number, most: number): number {
  const number = Number(written);
  if (written !== '' && number >= least && number <= most) return number;
  throw new Error(`--${flag} ${written}: not a number from ${least} to ${most}`);
}
