/** The groups of back ends of nginx, on both layers: how it chooses, and whom it ejects. */
import { UnsupportedError } from '../operations.ts';
import type { Group } from './groups.ts';
import type { Task } from './program.ts';

/** What nginx calls the algorithms, on layer 7 and on layer 4; without a word it takes turns by weight. */
const METHODS: Readonly<Record<string, readonly [http: string, stream: string]>> = {
  'round-robin': ['', ''],
  'weighted-round-robin': ['', ''],
  random: ['random;', 'random;'],
  'ip-hash': ['ip_hash;', 'hash $remote_addr consistent;'],
  'least-connections': ['least_conn;', 'least_conn;'],
  'power-of-two-choices': ['random two least_conn;', 'random two least_conn;'],
};
/** Without its closing brace. */
export function upstream(fixture: Task['fixture'], { name, members }: Group, threads: number): string[] {
  const { algorithm, backEnds, layer } = fixture;
  const method = METHODS[algorithm]?.[layer === '7' ? 0 : 1];
  if (method === undefined)
    throw new UnsupportedError(`nginx has no ${algorithm}: its least_time is part of NGINX Plus`);
  const ejection = ejectionOf(fixture);
  return [
    `  upstream ${name} {`,
    // Each worker would balance alone.
    ...(threads > 1 ? [`    zone ${name} 256k;`] : []),
    ...(method === '' ? [] : [`    ${method}`]),
    ...members
      .map((member) => backEnds[member] as (typeof backEnds)[number])
      .map(({ host, port, weight }) => `    server ${host}:${port} weight=${weight} ${ejection};`),
  ];
}

/**
 * Passive: after `ejectAfter` failures within `ejectFor` it gets nothing for as long, which nginx counts by the
 * seconds of its clock: it may be one more.
 */
function ejectionOf({ ejectAfter, ejectFor }: Task['fixture']): string {
  if (ejectAfter === 0) return 'max_fails=0';
  const seconds = ejectFor / 1e9;
  if (!Number.isInteger(seconds) || seconds < 1)
    throw new UnsupportedError(
      'nginx ejects for whole seconds (fail_timeout): set load-balance.ejectFor=1s, or ejectAfter=0',
    );
  return `max_fails=${ejectAfter} fail_timeout=${seconds}s`;
}
