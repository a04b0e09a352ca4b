/**
 * Warnings about what the numbers measure: a bottleneck other than the model, or a law that they do not obey.
 */
import { counted, plural } from '../../quantity.ts';
import type { MeasuredCell } from '../../result.ts';
import { formatDuration, formatRounded, formatShare } from '../formats/format.ts';
import { isGenerator } from '../summary/server-side.ts';
import { isMachineFull } from './about-machine.ts';
import { together, type WarningRule } from './warning-rule.ts';

const SATURATED_SHARE = 0.9;
const DIFFERENT_SHARE = 0.1;
const LITTLE_TOLERANCE = 0.02;
const ORACLE_TOLERANCE = 0.03;
/** An error of the wait that is a smaller share of the latency does not change a figure that is read. */
const ORACLE_LEAST = 0.01;
const WAITING_SHARE = 0.2;

const peerSaturated: WarningRule = {
  code: 'peer-saturated',
  condition: 'a peer kept a core busy for 90 % of a trial’s window or more',
  message: ({ cell }) =>
    together(
      Object.entries(cell.peerCpuShare)
        .filter(([name, share]) => share >= SATURATED_SHARE && !isGenerator(name))
        .map(([name, share]) => `peer ${name} kept a core ${formatShare(share)} busy`),
    ),
  remedy:
    'The throughput is the peer’s limit, not the model’s: compare CPU per request, or take fewer clients.',
};

const generatorSaturated: WarningRule = {
  code: 'generator-saturated',
  condition:
    'a process that sends a server its requests kept a core busy for 90 % of a trial’s window or more',
  message: ({ cell }) =>
    together(
      Object.entries(cell.peerCpuShare)
        .filter(([name, share]) => share >= SATURATED_SHARE && isGenerator(name))
        .map(([name, share]) => `the ${name} kept a core ${formatShare(share)} busy`),
    ),
  remedy:
    'The throughput is the limit of who sends, not of the server: compare CPU per request, send from more processes (--generators 2) where CPUs are free for them, or give the server more to do per request.',
};

const otherClient: WarningRule = {
  code: 'other-client-differs',
  condition:
    'another program (--client) got less than 0.9 or more than 1.1 times the throughput of iobench’s clients from the same server',
  message({ cell, trials }) {
    if (cell.otherClient === undefined) return undefined;
    const { program, ofOurs, threads = 1, cpuShare = 0, serverCpuShare = 0 } = cell.otherClient;
    if (ofOurs === undefined || Math.abs(ofOurs - 1) <= DIFFERENT_SHARE) return undefined;
    const ownServerShares = trials.map(({ cpu, windowNs }) => (cpu.userNs + cpu.systemNs) / windowNs);
    // What several threads used together is no core: each has one at most.
    const { threads: serving = 1 } = cell;
    const busy = [
      [program, cpuShare / threads] as const,
      [`the server under ${program}`, serverCpuShare / serving] as const,
      ...Object.entries(cell.peerCpuShare)
        .filter(([name]) => isGenerator(name))
        .map(([name, share]) => [`the ${name}`, share] as const),
      ['the server under ours', Math.max(0, ...ownServerShares) / serving] as const,
    ].filter(([, share]) => share >= SATURATED_SHARE);
    const who =
      busy.length === 0
        ? 'no process kept a core 90 % busy'
        : `${busy.map(([name, share]) => `${name} (${formatShare(share)})`).join(', ')} used 90 % of a core or more`;
    return `${program} got ${ofOurs.toFixed(2)} of the throughput of iobench’s clients: ${who}`;
  },
  remedy:
    'Where a client used a whole core, and the server did not, it is the limit: send from more processes (--generators 2), or give the server more to do per request. Where neither did, clients and server share the CPUs: place them (--cpus-measured, --cpus-generators).',
};

const poolTooSmall: WarningRule = {
  code: 'pool-too-small',
  condition:
    'a model whose files are handled by libuv’s threads had more file requests in flight than there are threads, and the loop waited 20 % of the time or more while CPUs were free',
  message({ cell, uses, filesOnPool, environment: { uvThreadpoolSize } }) {
    const inFlight = cell.inFlightMean ?? (cell.load.kind === 'closed' ? cell.load.concurrency : 0);
    if (!filesOnPool || !uses.includes('files') || inFlight <= uvThreadpoolSize) return undefined;
    const waiting = cell.threadTime?.waiting ?? 0;
    if (waiting < WAITING_SHARE || isMachineFull(cell.machine)) return undefined;
    return `${formatRounded(inFlight)} requests in flight shared ${counted(uvThreadpoolSize, 'thread')} of libuv, and the loop waited for ${plural(uvThreadpoolSize, 'it', 'them')} ${formatShare(waiting)} of the time`;
  },
  remedy:
    'Run it with a larger pool, for instance UV_THREADPOOL_SIZE=32 iobench run ...: this cell measures the size of the pool.',
};

const littlesLaw: WarningRule = {
  code: 'littles-law',
  condition: 'requests in the system, counted in two ways, differ by more than 2 %',
  message({ cell }) {
    if (
      cell.littleRatio === undefined ||
      Math.abs(cell.littleRatio - 1) <= LITTLE_TOLERANCE + edgeShare(cell)
    )
      return undefined;
    return `time in the system ÷ requests in the system is ${cell.littleRatio.toFixed(2)}, by Little’s law it is 1`;
  },
  remedy:
    'Time is lost between requests, or the clocks disagree: do not trust this cell until the cause is known.',
};

const oracle: WarningRule = {
  code: 'wait-unexplained',
  condition:
    'the mean wait differs by more than 3 % from the prediction of Kiefer and Wolfowitz’s recursion, and by more than 1 % of the mean latency',
  message({ cell }) {
    if (cell.oracle === undefined || Math.abs(cell.oracle.error) <= ORACLE_TOLERANCE) return undefined;
    const { measuredWaitNs, predictedWaitNs, servers } = cell.oracle;
    if (Math.abs(measuredWaitNs - predictedWaitNs) <= ORACLE_LEAST * cell.latencyNs.mean) return undefined;
    const line = `requests waited ${formatDuration(measuredWaitNs)} on average`;
    return `${line}; arrivals and service times predict ${formatDuration(predictedWaitNs)} with ${counted(servers, 'server')}`;
  },
  remedy:
    'Requests began later or earlier than the queue explains: the process was stopped or woken late. Run it again on a quiet machine (iobench doctor).',
};

export const validityRules: readonly WarningRule[] = [
  peerSaturated,
  generatorSaturated,
  otherClient,
  poolTooSmall,
  littlesLaw,
  oracle,
];

/**
 * How far a window that cuts requests at both ends may move Little's ratio, in older results; 0 if requests
 * in the system were counted.
 */
function edgeShare({
  load,
  trials,
  completed,
  inFlightMean,
}: Pick<MeasuredCell, 'load' | 'trials' | 'completed' | 'inFlightMean'>): number {
  return load.kind === 'closed' && inFlightMean === undefined
    ? (load.concurrency * trials) / Math.max(1, completed)
    : 0;
}
