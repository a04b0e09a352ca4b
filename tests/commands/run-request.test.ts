import { describe, expect, it } from 'vitest';
import { longestWarmupFor } from '../../src/commands/flag-values.ts';
import { runCommand } from '../../src/commands/options/run.ts';
import { requestedBudget, runRequest } from '../../src/commands/run-request.ts';
import { UserError } from '../../src/errors.ts';
import { planRun } from '../../src/run/plan-run.ts';
import { presets, quick, withoutPreset } from '../../src/run/presets.ts';
import type { RunRequest } from '../../src/run/request.ts';
import { workloads } from '../../src/workloads/index.ts';

describe('how long a warm-up waits for code to be compiled', () => {
  const preset = { longestWarmup: '2s' };
  it('is what the preset says', () => expect(longestWarmupFor(undefined, preset)).toBe(2e9));
  it('is four times as long as a warm-up whose length was chosen', () =>
    expect(longestWarmupFor('50ms', preset)).toBe(200e6));
  it('is nothing without a warm-up: cold code is what is to be measured then', () =>
    expect(longestWarmupFor('0', preset)).toBe(0));
});

describe('for how long is measured', () => {
  it("is the preset's time, which three rounds may exceed, or what was asked for, which is kept", () => {
    for (const preset of [quick, withoutPreset]) {
      expect(requestedBudget({}, preset)).toEqual({ budgetNs: 90e9, isStrict: false });
      expect(requestedBudget({ budget: '20s' }, preset)).toEqual({ budgetNs: 20e9, isStrict: true });
    }
  });
  it('is no matter where trials were asked for, or a preset has a number of them', () => {
    expect(requestedBudget({ trials: '5' }, quick)).toBeUndefined();
    for (const preset of presets.filter(({ name }) => name !== 'quick')) {
      expect(requestedBudget({}, preset)).toBeUndefined();
      expect(requestedBudget({ budget: '5m' }, preset)).toEqual({ budgetNs: 300e9, isStrict: true });
    }
  });
  it('is ten minutes at most until intervals are narrow, or what was asked for', () => {
    expect(requestedBudget({ until: '5%' }, quick)).toEqual({
      budgetNs: 600e9,
      isStrict: false,
      narrowShare: 0.05,
    });
    expect(requestedBudget({ until: '2.5 %', budget: '1m' }, quick)).toEqual({
      budgetNs: 60e9,
      isStrict: true,
      narrowShare: 0.025,
    });
  });
  it.each([
    { trials: '3', budget: '9s' },
    { trials: '3', until: '5%' },
    { budget: '0' },
    { until: '0%' },
    { until: '100%' },
    { until: '5' },
  ])('%j is refused', (flags) => {
    expect(() => requestedBudget(flags, quick)).toThrow(UserError);
  });
});

/** What a command line asks for. */
const requestOf = (...words: string[]): RunRequest => {
  const command = runCommand.parse(words, { from: 'user' });
  return runRequest(command.args, command.opts());
};
const planOf = (request: RunRequest) => planRun(request, { command: 'run' });

describe('a request', () => {
  const words = ['tcp-echo', '-m', 'epoll,poll', '-c', '8,2', '-p', 'tcp-echo.messageSize=64B,1KiB'];
  it('is what the command line says, in units, with the rest from the preset', () => {
    expect(requestOf(...words, '-d', '2s', '-t', '4', '-n', 'mine', '--time-limit', '1m')).toEqual({
      workloads: { names: ['tcp-echo'], files: [] },
      models: ['epoll', 'poll'],
      params: [{ owner: 'tcp-echo', key: 'messageSize', values: ['64B', '1KiB'] }],
      defaultParams: {},
      loads: [
        { kind: 'closed', concurrency: 2 },
        { kind: 'closed', concurrency: 8 },
      ],
      trials: 4,
      seed: 1,
      warmupNs: 100e6,
      longestWarmupNs: 2e9,
      durationNs: 2e9,
      maxInFlight: 10_000,
      timeLimitNs: 60e9,
      name: 'mine',
    });
    expect(requestOf('-r', '2.5k', '--arrivals', 'constant').loads).toEqual([
      { kind: 'open', ratePerSecond: 2500, arrivals: 'constant' },
    ]);
  });
  it('has as many processes that send a server its requests as are asked for, and one by default', async () => {
    expect(requestOf('sleep')).not.toHaveProperty('generators');
    expect(() => requestOf('sleep', '--generators', '0')).toThrow(UserError);
    const words = ['tcp-echo', 'echo-server', '-m', 'epoll', '-c', '1,8', '--generators', '4'];
    const { plan } = await planOf(requestOf(...words));
    expect(plan.cells.map(({ cell: { generators } }) => generators)).toEqual([
      undefined,
      undefined,
      undefined,
      4,
    ]);
  });
  it('says on which CPUs processes stay, by their part', () => {
    expect(requestOf('sleep', '--cpus-measured', '0,2-3', '--cpus-generators', '1').cpus).toEqual({
      measured: [0, 2, 3],
      generators: [1],
    });
    expect(requestOf('sleep')).not.toHaveProperty('cpus');
  });
  it('has the network of each workload that is named, as its parameter', async () => {
    expect(requestOf('page-visit', '--network', 'loopback,netns').params).toEqual([
      { owner: 'page-visit', key: 'network', values: ['loopback', 'netns'] },
    ]);
    expect(() => requestOf('--network', 'netns')).toThrow('and none is named');
    expect(() => requestOf('page-visit', './mine.ts', '--network', 'netns')).toThrow('and not of ./mine.ts');
    expect(() => requestOf('page-visit', '--network', 'netns', '-p', 'page-visit.network=loopback')).toThrow(
      '--network and -p page-visit.network set the same parameter',
    );
    await expect(planOf(requestOf('sleep', '--network', 'netns'))).rejects.toThrow(UserError);
    await expect(planOf(requestOf('page-visit', '--network', 'moon'))).rejects.toThrow('page-visit.network');
  });
  it('has the words of the commands that start processes, by their part', () => {
    const words = ['--launcher-measured', `nice -n "5"`, '--launcher-peers', 'ip netns exec b'];
    expect(requestOf('sleep', ...words).launchers).toEqual({
      measured: ['nice', '-n', '5'],
      peers: ['ip', 'netns', 'exec', 'b'],
    });
    expect(requestOf('sleep')).not.toHaveProperty('launchers');
  });
  it('refuses CPUs that do not exist', async () => {
    const planned = planOf({ ...requestOf('sleep'), cpus: { peers: [8000] } });
    await expect(planned).rejects.toThrow(/^--cpus-peers/);
  });
  it('has a pool of clients for open loads, if that is asked for or the model is the server', async () => {
    expect(requestOf('-r', '9', '-c', '2', '--clients', '8').loads).toEqual([
      { kind: 'closed', concurrency: 2 },
      { kind: 'open', ratePerSecond: 9, arrivals: 'poisson', clients: 8 },
    ]);
    expect(() => requestOf('-c', '2', '--clients', '8')).toThrow(UserError);
    expect(() => requestOf('-r', '9', '--clients', '0')).toThrow(UserError);
    const loadsOf = async (...more: string[]) => {
      const { plan } = await planOf(requestOf('tcp-echo', 'echo-server', '-m', 'epoll', '-r', '9', ...more));
      return plan.cells.map(({ cell: { load } }) => (load.kind === 'open' ? load.clients : 'closed'));
    };
    expect(await loadsOf()).toEqual([undefined, 64]);
    expect(await loadsOf('--clients', '8')).toEqual([8, 8]);
  });
  it('chooses files among the arguments, and those of an option where nothing else is named', () => {
    const files = (...isChosen: boolean[]) =>
      isChosen.map((each, index) => ({ path: `${index}.ts`, isChosen: each }));
    expect(requestOf('0.ts', '-w', '1.ts').workloads).toEqual({ names: [], files: files(true, false) });
    expect(requestOf('-w', '0.ts', '-w', '1.ts').workloads).toEqual({ names: [], files: files(true, true) });
    expect(requestOf('sleep', '-w', '0.ts').workloads).toEqual({ names: ['sleep'], files: files(false) });
    expect(requestOf('--preset', 'quick').workloads.names).toEqual(quick.workloads);
    expect(requestOf('--preset', 'smoke').workloads).toEqual({ files: [] });
  });
  it('has every workload of ours in smoke, servers with who sends', async () => {
    const { plan } = await planOf(requestOf('--preset', 'smoke'));
    const planned = new Map(plan.cells.map(({ cell }) => [cell.workload, cell.generator !== undefined]));
    expect(planned).toEqual(new Map(workloads.map(({ name, serve }) => [name, serve !== undefined])));
  });
  it('is planned the same after it was kept as JSON', async () => {
    const request = requestOf(...words, '--preset', 'quick', '--until', '5%', '--threads', '3');
    const [plan, again] = [await planOf(request), await planOf(JSON.parse(JSON.stringify(request)))];
    expect(plan.plan.cells.map(({ cell }) => cell)).toHaveLength(2 * 2 * 2);
    expect(JSON.stringify(again)).toBe(JSON.stringify(plan));
  });
  it('needs no command line: all models, and what a request leaves out, are planned', async () => {
    const { workloads, params, defaultParams, ...how } = requestOf('sleep', '-c', '1');
    const { plan, name } = await planOf({ workloads, params, defaultParams, ...how });
    expect(name).toBe('sleep');
    expect(plan.cells.length).toBeGreaterThan(8);
    expect(plan.timeLimitNs).toBe(30e9 + 3 * (how.warmupNs + 2 * how.longestWarmupNs + how.durationNs));
  });
  it.each<[Partial<RunRequest>, string]>([
    [{ durationNs: 0 }, 'durationNs'],
    [{ threads: 0 }, 'threads'],
    [{ trials: 1001 }, 'trials'],
    [{ loads: [] }, 'loads'],
    [{ loads: [{ kind: 'closed', concurrency: 0.5 }] }, 'loads.0.concurrency'],
    [{ defaultParams: { sleep: { duration: 1 as never } } }, 'defaultParams.sleep'],
    [{ models: ['epol'] }, 'there is no model "epol"'],
    [{ workloads: { names: ['slep'], files: [] } }, 'there is no workload "slep"'],
    [{ name: '../up' }, 'cannot name a folder'],
  ])('%j is refused', async (wrong, message) => {
    const planned = planOf({ ...requestOf('sleep'), ...wrong });
    await expect(planned).rejects.toThrow(UserError);
    await expect(planned).rejects.toThrow(message);
  });
});
