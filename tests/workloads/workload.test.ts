import { describe, expect, test } from 'vitest';
import type { Operation } from '../../src/operations.ts';
import { sleep } from '../../src/operations.ts';
import { Client } from '../../src/workloads/client.ts';
import { workloads } from '../../src/workloads/index.ts';
import { Tally } from '../../src/workloads/tally.ts';
import { defineWorkload, formOf } from '../../src/workloads/workload.ts';

describe('forms', () => {
  test.each([
    ['operations', function* () {}],
    ['async', async () => {}],
    ['blocking', () => {}],
  ] as const)('%s', (form, request) => {
    expect(formOf(request)).toBe(form);
  });
});

/** What they compare exists in one form only. */
const FUNCTIONS: Readonly<Record<string, string>> = { 'dns-lookup': 'async', 'sqlite-query': 'blocking' };

test('our own workloads are told apart by name, are operations, and have parameters that all have defaults', async () => {
  expect(new Set(workloads.map(({ name }) => name)).size).toBe(workloads.length);
  for (const { name, form, summary, params } of workloads) {
    expect(form).toBe(FUNCTIONS[name] ?? 'operations');
    expect(summary).not.toMatch(/\n/);
    expect(params ? params['~standard'].validate({}) : { value: {} }).toHaveProperty('value');
  }
});

describe('a client', () => {
  const happened: string[] = [];
  const take = (steps: unknown) => [...(steps as Iterable<Operation>)];
  const workload = defineWorkload({
    name: 'demo',
    summary: 'A demonstration',
    *connect() {
      happened.push('connect');
      yield* sleep(1);
      return 'connection';
    },
    *request(connection: string) {
      yield* sleep(1);
      happened.push(`request ${connection}`);
    },
    *disconnect(connection: string) {
      yield* sleep(1);
      happened.push(`disconnect ${connection}`);
    },
  });

  test('connects with its first request, and anew after one that failed, closing what that left', () => {
    const client = new Client(workload, {}, Math.random, new Tally());
    expect(client.isConnected).toBe(false);
    take(client.request());
    take(client.request());
    expect(client.isConnected).toBe(true);
    client.discard();
    expect(client.isConnected).toBe(false);
    take(client.request());
    take(client.disconnect());
    expect(happened).toEqual([
      'connect',
      'request connection',
      'request connection',
      'disconnect connection',
      'connect',
      'request connection',
      'disconnect connection',
    ]);
  });

  test('that never connected has nothing to close', () => {
    expect(new Client(workload, {}, Math.random, new Tally()).disconnect()).toBeUndefined();
  });

  test('a connection that failed to be made is made again, and there is nothing of it to close', () => {
    let tries = 0;
    let closed = 0;
    const failing = defineWorkload({
      name: 'failing',
      summary: 'x',
      *connect() {
        yield* sleep(1);
        if (tries++ === 0) throw new Error('refused');
        return 'connection';
      },
      *request() {},
      *disconnect() {
        yield* sleep(1);
        closed++;
      },
    });
    const client = new Client(failing, {}, Math.random, new Tally());
    expect(() => take(client.request())).toThrow('refused');
    client.discard();
    take(client.request());
    expect([tries, closed]).toEqual([2, 0]);
  });
});
