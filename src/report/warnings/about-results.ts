/** Warnings about how much was measured, and what failed. */

import { isSupported } from '../../metrics/percentiles.ts';
import { counted, plural } from '../../quantity.ts';
import { sentenceOf } from '../../reasons.ts';
import { formatCount, formatShare, grouped, halfWidth } from '../formats/format.ts';
import { together, type WarningRule } from './warning-rule.ts';

const WIDE_HALF_WIDTH = 0.1;

export const requestsFailed: WarningRule = {
  code: 'requests-failed',
  condition: 'a request failed, in the window or while it drained',
  message({ cell }) {
    const failed = cell.failed + (cell.failedDraining ?? 0);
    return failed === 0 ? undefined : failedRequests(failed, cell.errors, cell.firstFailure);
  },
  remedy:
    'Failed requests have no latency and do not count as throughput: remove the cause and run the cell again.',
};

const sessionsFailed: WarningRule = {
  code: 'sessions-failed',
  condition: 'a server failed to serve a connection, or to accept one',
  message({ cell: { connections } }) {
    if (connections === undefined || connections.failed + connections.refused === 0) return undefined;
    const { accepted, failed, refused, firstFailure } = connections;
    const parts = [
      ...(failed > 0 ? [`${grouped(failed)} of ${counted(accepted, 'connection')} failed`] : []),
      ...(refused > 0 ? [`${counted(refused, 'connection')} could not be accepted`] : []),
    ];
    return `${parts.join('; ')}${firstFailure === undefined ? '' : `, the first: ${firstFailure}`}`;
  },
  remedy:
    'What these connections had asked for is among the failed requests of their clients: remove the cause and run the cell again.',
};

const otherStatuses: WarningRule = {
  code: 'other-statuses',
  condition: 'an answer that was counted as completed had a status other than 2xx',
  message: ({ cell }) =>
    together(
      Object.entries(cell.statuses ?? {}).map(
        ([status, count]) => `${grouped(count)} of ${counted(cell.completed, 'answer')} had status ${status}`,
      ),
    ),
  remedy:
    'Such an answer is often not the intended one (redirects are not followed): request the final address (curl -i shows it).',
};

/** Servers whose clients connect anew for each request. */
const ONE_A_REQUEST = 'one-a-request';

const requestsReconnected: WarningRule = {
  code: 'requests-reconnected',
  condition:
    'a connection had ended (with an answer, or while it was idle), and the next request opened a new one',
  message: ({ cell: { reconnects = 0, completed, failed, params } }) =>
    reconnects === 0 || params.connections === ONE_A_REQUEST
      ? undefined
      : `${reconnectsOf(reconnects)} for ${requests(completed + failed)}`,
  remedy:
    'The latency and the CPU time of such requests include connecting. If the server is meant to keep connections, check its keep-alive limits.',
};

const trialsFailed: WarningRule = {
  code: 'trials-failed',
  condition: 'some trials of a cell failed, but not all',
  message: ({ refused }) =>
    together(refused.map(({ trial, reason }) => `trial ${trial} failed: ${sentenceOf(reason)}`)),
  remedy: 'The numbers come from the other trials: run the cell again if the cause was temporary.',
};

const trialsMissing: WarningRule = {
  code: 'trials-missing',
  condition: 'fewer trials were run than planned',
  message({ cell, refused, plannedTrials }) {
    const had = cell.trials + refused.length;
    return had >= plannedTrials
      ? undefined
      : `${had} of ${counted(plannedTrials, 'trial')} ${plural(had, 'was', 'were')} run`;
  },
  remedy:
    'The run was stopped early, or its time was too short: run it again for the full number of trials, or for longer (--budget).',
};

const wideInterval: WarningRule = {
  code: 'wide-interval',
  condition:
    'the 95 % interval of the throughput reaches further than 10 % from the typical trial, with three trials or more',
  message({ cell }) {
    const width = halfWidth(cell.throughputPerSecond);
    return cell.trials < 3 || width <= WIDE_HALF_WIDTH
      ? undefined
      : `throughput is known to ±${formatShare(width)} only`;
  },
  remedy: 'Take more or longer trials (--trials, --duration) on a quiet machine.',
};

const fewRequests: WarningRule = {
  code: 'few-requests',
  condition: 'fewer than 1,000 requests were completed',
  message: ({ cell }) =>
    isSupported(cell.completed, 99)
      ? undefined
      : `${requests(cell.completed)} ${plural(cell.completed, 'is', 'are')} too few for a p99 (1,000 give one)`,
  remedy: 'Measure for longer (--duration) or with more clients.',
};

export const resultRules: readonly WarningRule[] = [
  requestsFailed,
  sessionsFailed,
  otherStatuses,
  requestsReconnected,
  trialsFailed,
  trialsMissing,
  wideInterval,
  fewRequests,
];

/** `7 requests failed (EPIPE 7)`. */
export function failedRequests(
  failed: number,
  errors: Readonly<Record<string, number>>,
  first?: string,
): string {
  const codes = Object.entries(errors).map(([code, count]) => `${code} ${formatCount(count)}`);
  return `${requests(failed)} failed${codes.length === 0 ? '' : ` (${codes.join(', ')})`}${first === undefined ? '' : `, the first: ${first}`}`;
}

const reconnectsOf = (count: number): string => counted(count, 'reconnect');

export function requests(count: number): string {
  return counted(count, 'request');
}
