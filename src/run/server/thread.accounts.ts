/** The thread of accounts: answers what the server has used so far, and ends the serving. */
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { parentPort, workerData } from 'node:worker_threads';
import { loadLibc } from '../../engines/libc.ts';
import { threadUsage } from '../../engines/thread-usage.ts';
import { readAccounts } from './accounts.ts';
import { ACCOUNTS_FD, type AccountsAnswer, type AccountsRequest } from './server-plan.ts';
import { SessionCounts, type SharedCounts } from './session-counts.ts';

const SHUT_RDWR = 2;
const counts = new SessionCounts(workerData as SharedCounts);
const ownThread = threadUsage()?.threadId ?? 0;
const channel = new Socket({ fd: ACCOUNTS_FD, readable: true, writable: true });

createInterface({ input: channel }).on('line', (line) => {
  const request = JSON.parse(line) as AccountsRequest;
  if (request.kind === 'stop') stop();
  else {
    const answer: AccountsAnswer = { id: request.id, accounts: readAccounts(counts, ownThread) };
    channel.write(`${JSON.stringify(answer)}\n`);
  }
});
// Its parent has ended, and so will this process.
channel.on('error', () => {});
parentPort?.postMessage('ready');

/**
 * Wakes everyone who stands in accept(2), in whatever thread (shutdown(2)); Node's own servers are closed by
 * their loop.
 */
function stop(): void {
  counts.close();
  const libc = loadLibc();
  if (!('reason' in libc)) for (const fd of counts.listeners()) libc.shutdown(fd, SHUT_RDWR);
  parentPort?.postMessage('stop');
}
