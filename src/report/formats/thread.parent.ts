/**
 * Ends its process when the one that started it has gone, however that ended: a kill notifies nobody. In a
 * thread of its own, because the main thread draws, one long call after the other, and would not notice. The
 * file descriptor that it is given ends at the parent.
 */
import { Socket } from 'node:net';
import process from 'node:process';
import { workerData } from 'node:worker_threads';

const end = () => process.kill(process.pid, 'SIGKILL');

new Socket({ fd: workerData as number }).on('error', end).on('close', end).resume();
