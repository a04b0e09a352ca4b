/**
 * The reactor (Schmidt, 1995): wait until some descriptors are ready, then perform the next step of each of
 * their requests.
 */
import { nonblocking } from '../engines/nonblocking.ts';
import type { Poller } from '../engines/poller.ts';
import { createTimers } from '../engines/timers.ts';
import { advance, retry, start } from './advance.ts';
import type { Requests, Run, Task } from './model.ts';

export function reactor(poller: Poller): Run {
  const timers = createTimers();
  const engine = nonblocking(poller, timers);
  const round = (requests: Requests) => {
    for (const task of requests.due()) start(task, engine);
    const waitNs = Math.min(requests.waitNs(), timers.waitNs());
    for (const task of poller.wait(waitNs)) retry(task as Task, engine);
    for (const task of timers.due()) advance(task as Task, engine, null);
  };
  return (requests) => {
    while (!requests.over) round(requests);
  };
}
