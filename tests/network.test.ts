/** A visit through a network of namespaces: what is seen on the way, what is measured, and what is left. */
import process from 'node:process';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { type StoryStep, storySchema } from '../src/result/story.ts';
import { Bench } from './cli/iobench.ts';
import { createFixtures, fixtureOrSkip, measured, models, workloads } from './measuring.ts';
import { descendants } from './peer-at-work.ts';

const fixtures = createFixtures();
afterAll(() => fixtures.remove());
const workload = workloads.find(({ name }) => name === 'page-visit') ?? expect.unreachable();
const model = models.find(({ name }) => name === 'epoll') ?? expect.unreachable();
const params = { network: 'netns' };

test('each step is seen, once or in every visit, and then requests go the same way', async ({ skip }) => {
  const fixture = await fixtureOrSkip({ workload, params, fixtures }, skip);
  const stories: unknown[] = [];
  const [trial] = await measured({
    model,
    workload,
    params,
    fixtures,
    concurrencies: [2],
    plan: { requests: 12, durationNs: 10e9 },
    observed: (story) => stories.push(story),
  });
  expect(trial).toMatchObject({ status: 'measured', failed: 0, errors: {} });
  const peers = (trial?.status === 'measured' && trial.peers?.map(({ name }) => name)) || [];
  expect(peers).toEqual(['page (node)', 'router (dnsmasq)']);
  expect(stories).toHaveLength(1);
  const { steps, params: shown } = storySchema.parse(stories[0]);
  expect(shown).toMatchObject({ network: 'netns' });
  const step = (name: string): StoryStep =>
    steps.find((each) => each.name === name) ?? expect.unreachable(`there is no step ${name}`);
  expect(steps.slice(0, 8).map(({ name }) => name)).toEqual([
    'DHCP: discover',
    'DHCP: request',
    'route',
    'ARP',
    'DNS',
    'TCP: connect',
    'ARP, by the router',
    'NAT',
  ]);
  expect(steps.slice(8).map(({ name }) => name)).toEqual(
    expect.arrayContaining(['tls', 'request', 'first-byte', 'body', 'resources', 'close']),
  );
  expect(steps.every(({ ns, explains }) => ns > 0 && explains !== undefined)).toBe(true);
  const address = /^OFFER: (192\.168\.1\.1\d\d)$/.exec(step('DHCP: discover').answers ?? '')?.[1];
  expect(step('DHCP: request').evidence).toContain(`address ${address}, mask 255.255.255.0`);
  expect(step('route').evidence).toContain(`203.0.113.80 via 192.168.1.1 dev eth0 src ${address}`);
  expect(step('ARP').evidence).toMatch(/0 before the first visit, 1 after it, 1 after \d+ visits/);
  expect(step('ARP').evidence).toContain('REACHABLE');
  expect(step('DNS')).toMatchObject({ says: 'A page.iobench.test?', answers: '203.0.113.80, for 60 s' });
  expect(step('NAT').says).toMatch(new RegExp(`^from ${address}:(\\d+) becomes from 203\\.0\\.113\\.1:\\1$`));
  expect(step('NAT').evidence).toMatch(/: 1 after the first visit, (\d+) after \1;/);

  // The network does not go on without one of its hosts, and whoever measures knows.
  const started = descendants().filter(({ command }) => !command.startsWith('/bin/sh'));
  const holder = started.find(({ command }) => command === 'cat') ?? expect.unreachable('who holds a host?');
  expect(fixture.ending).toBeUndefined();
  process.kill(holder.pid, 'SIGKILL');
  await expect
    .poll(() => fixture.ending)
    .toMatch(/^its network ended .*: the process that holds a host ended \(SIGKILL\)$/);
  await fixtures.remove();
  const pids = started.map(({ pid }) => pid);
  await expect.poll(() => descendants().filter(({ pid }) => pids.includes(pid))).toEqual([]);
});

test('a run that is killed takes its hosts with it', async ({ skip }) => {
  const own = createFixtures();
  onTestFinished(() => own.remove());
  await fixtureOrSkip({ workload, params, fixtures: own }, skip);
  const long = ['-m', 'epoll', '-c', '1', '-t', '1', '-d', '120s', '--no-charts', '--quiet'];
  const run = new Bench().start(['run', 'page-visit', '--network', 'netns', ...long]);
  await run.running(/dnsmasq/);
  await run.running(/trial\/cell\.main\.js/);
  process.kill(run.child.pid as number, 'SIGKILL');
  await run.alone();
});
