/**
 * `npm run validate`: does this machine's iobench tell the truth? Real trials beside what queueing theory,
 * statistics and arithmetic say of them, in under five minutes. Prints a table; exit code 1 if a bar is
 * missed. (The same laws with a virtual clock stand in the tests.) Parts are chosen by name; `quick`,
 * `standard` and `balancing`, which take longer, and `loginChecks`, which needs oidc-provider, only so.
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { markdownTable } from 'markdown-table';
import { balancing } from './balancing.ts';
import { costs } from './cost.ts';
import { decisions } from './decisions.ts';
import { comparedRuns, falseAlarms, slowdowns } from './differences.ts';
import { littlesLaw } from './little.ts';
import { loginChecks } from './login-checks.ts';
import { overload } from './overload.ts';
import { quick, standard } from './presets.ts';
import { waits } from './waits.ts';

/** One line of the table: what was looked at, what was found, and whether that is good enough. */
export interface Check {
  readonly what: string;
  readonly bar: string;
  readonly found: string;
  readonly isMet: boolean;
}

const usual = { waits, overload, littlesLaw, falseAlarms, slowdowns, comparedRuns, decisions, costs };
const parts: Readonly<Record<string, () => Check[] | Promise<Check[]>>> = {
  ...usual,
  balancing,
  loginChecks,
  quick: () => quick(rounds),
  standard: () => standard(rounds),
};
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '20' } },
});
const rounds = Number(values.rounds);
const unknown = positionals.find((name) => !Object.hasOwn(parts, name));
if (unknown !== undefined || !(rounds >= 3))
  throw new Error(`npm run validate -- [${Object.keys(parts).join('|')}]... [--rounds 20]`);

const startedAt = Date.now();
const checks: Check[] = [];
for (const name of positionals.length > 0 ? positionals : Object.keys(usual)) {
  const found = (await parts[name]?.()) ?? [];
  checks.push(...found);
  for (const { what, found: figure } of found) process.stderr.write(`${what}: ${figure}\n`);
}
const rows = checks.map(({ what, bar, found, isMet }) => [what, found, bar, isMet ? 'met' : 'missed']);
process.stdout.write(
  `\n${markdownTable([['what', 'found', 'bar', ''], ...rows])}\n\nin ${Math.round((Date.now() - startedAt) / 1000)} s\n`,
);
process.exitCode = checks.every(({ isMet }) => isMet) ? 0 : 1;
