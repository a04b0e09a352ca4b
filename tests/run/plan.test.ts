import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { UserError } from '../../src/errors.ts';
import { randomFrom } from '../../src/load/random.ts';
import type { Model } from '../../src/models/model.ts';
import {
  findNamed,
  type ParamSetting,
  type PlannedModel,
  parseParam,
  planCells,
  planModel,
  planParams,
  processesOf,
  roundOf,
} from '../../src/run/plan.ts';
import { byteSize, choice, count, duration, flag, share, text } from '../../src/workloads/parameters.ts';
import sleep from '../../src/workloads/sleep.ts';
import { defineWorkload } from '../../src/workloads/workload.ts';

const workload = defineWorkload({
  name: 'demo',
  summary: 'A demonstration',
  params: z.object({
    size: byteSize('4KiB'),
    wait: duration('1ms'),
    mode: choice('a', 'b'),
    on: flag(false),
    part: share(0.5),
    times: count(3, 1),
    plain: z.number().default(7),
  }),
  async request() {},
});
const defaults = { size: 4096, wait: 1e6, mode: 'a', on: false, part: 0.5, times: 3, plain: 7 };
const set = (...written: string[]): ParamSetting[] => written.map(parseParam);
const problem = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    if (error instanceof UserError) return `${error.message} | ${error.hint}`;
    throw error;
  }
  return expect.unreachable('nothing was refused');
};

describe('parameters', () => {
  test('have their defaults', () => {
    expect(planParams(workload, [])).toEqual([defaults]);
  });

  test('take what people write', () => {
    const written = set(
      'demo.size=64KiB',
      'demo.wait=1.5s',
      'demo.mode=b',
      'demo.on=true',
      'demo.part=0.25',
      'demo.times=12',
      'demo.plain=9',
    );
    expect(planParams(workload, written)).toEqual([
      { size: 65_536, wait: 1.5e9, mode: 'b', on: true, part: 0.25, times: 12, plain: 9 },
    ]);
  });

  test('may be called as what every object has', () => {
    const request = () => {};
    const named = defineWorkload({
      name: 'constructor',
      summary: 'x',
      params: z.object({ constructor: count(2), 'to-string': count(3) }),
      request,
    });
    expect(planParams(named, []).map((params) => Object.entries(params))).toEqual([
      [
        ['constructor', 2],
        ['to-string', 3],
      ],
    ]);
    expect(Object.entries(planParams(named, set('constructor.constructor=5'))[0] ?? {})).toContainEqual([
      'constructor',
      5,
    ]);
  });

  test('several values make every combination', () => {
    const sets = planParams(workload, set('demo.size=1KiB,2KiB', 'demo.mode=a,b'));
    expect(sets.map(({ size, mode }) => [size, mode])).toEqual([
      [1024, 'a'],
      [1024, 'b'],
      [2048, 'a'],
      [2048, 'b'],
    ]);
  });

  test('a preset is overridden by what is asked for, and leaves alone what the workload does not have', () => {
    expect(planParams(workload, set('demo.size=1KiB'), { size: '2KiB', wait: '3ms', other: '1' })).toEqual([
      { ...defaults, size: 1024, wait: 3e6 },
    ]);
  });

  test("another workload's are not this one's", () => {
    expect(planParams(workload, set('other.size=1KiB'))).toEqual([defaults]);
  });

  test.each([
    ['demo.siez=1KiB', 'there is no parameter of demo "siez" | did you mean size?'],
    [
      'demo.size=10 apples',
      'demo.size=10 apples: "10 apples" is not a size | write it like 512, 64KiB or 1.5MiB',
    ],
    ['demo.wait=10', 'demo.wait=10: "10" is not a time'],
    ['demo.mode=c', 'demo.mode=c: '],
    ['demo.on=maybe', 'demo.on=maybe: '],
    ['demo.part=2', 'demo.part=2: '],
    ['demo.times=0', 'demo.times=0: '],
    ['demo.times=1.5', 'demo.times=1.5: '],
    ['demo.times=', 'demo.times=: '],
    ['demo.part=', 'demo.part=: '],
    ['demo.plain=x', 'demo.plain=x: '],
  ])('%s is refused', (written, said) => {
    expect(problem(() => planParams(workload, set(written)))).toContain(said);
  });

  test('a workload without parameters says so', () => {
    const plain = defineWorkload({ name: 'plain', summary: 'x', async request() {} });
    expect(problem(() => planParams(plain, set('plain.a=1')))).toContain('plain has no parameters');
  });

  test.each(['demo', 'demo.size', 'demosize=1', '=1', '.a=1', 'a.=1'])('%j is not a parameter', (written) => {
    expect(problem(() => parseParam(written))).toContain(
      'is not a parameter | write it like file-read.blockSize=64KiB',
    );
  });

  test('a value may hold equals signs, and a url commas', () => {
    expect(parseParam('http-get.url=http://a/?b=1,2')).toEqual({
      owner: 'http-get',
      key: 'url',
      values: ['http://a/?b=1,2'],
    });
  });
});

describe('parameters that have no effect beside the others', () => {
  const server = defineWorkload({
    name: 'server',
    summary: 'x',
    params: z.object({ url: text(''), delay: duration('5ms'), size: count(1) }),
    unused: ({ url }) => (url === '' ? [] : ['delay']),
    *request() {},
  });
  const cellsOf = (...written: string[]) =>
    planCells({
      models: [{ model: { name: 'one', refuses: () => undefined } as unknown as Model, params: [{}] }],
      workloads: [
        { workload: server, reference: { name: 'server' }, params: planParams(server, set(...written)) },
      ],
      loads: [{ kind: 'closed', concurrency: 1 }],
      threads: undefined,
    });

  test('are in no cell, and the workload prepares with all of them', () => {
    expect(cellsOf('server.size=2').map(({ cell }) => cell.params)).toEqual([
      { url: '', delay: 5e6, size: 2 },
    ]);
    const [planned] = cellsOf('server.url=http://host/', 'server.size=2');
    expect(planned?.cell.params).toEqual({ url: 'http://host/', size: 2 });
    expect(planned?.params).toEqual({ url: 'http://host/', delay: 5e6, size: 2 });
  });

  test('are refused where they are set, unless they have an effect in one of the sets', () => {
    expect(problem(() => cellsOf('server.url=http://host/', 'server.delay=1ms'))).toContain(
      'server.delay has no effect beside the other parameters',
    );
    const sleeps = planParams(
      sleep,
      set('sleep.distribution=fixed,two-valued', 'sleep.longDuration=50ms,60ms'),
    );
    expect(sleeps.map((each) => [each.distribution, each.longDuration])).toEqual([
      ['fixed', 50e6],
      ['two-valued', 50e6],
      ['two-valued', 60e6],
    ]);
  });

  test('a workload that cannot say which is told so', () => {
    const broken = (unused: () => never) => ({ ...server, unused });
    const thrown = broken(() => {
      throw new Error('out of order');
    });
    expect(problem(() => planParams(thrown, []))).toContain('server: its field unused threw: out of order');
    expect(
      problem(() =>
        planParams(
          broken(() => 'delay' as never),
          [],
        ),
      ),
    ).toContain('has to return a list of parameters');
  });

  test('the user and the password of a URL are for the workload, and in no cell', () => {
    const [planned] = cellsOf('server.url=http://anna:secret@host/');
    expect(planned?.cell.params.url).toBe('http://***@host/');
    expect(planned?.params.url).toBe('http://anna:secret@host/');
  });

  test('sets that only those tell apart would be one cell', () => {
    const database = defineWorkload({
      name: 'db',
      summary: 'x',
      params: z.object({ dsn: text('') }),
      async request() {},
    });
    expect(problem(() => planParams(database, set('db.dsn=pg://a:b@h/,pg://c:d@h/')))).toContain(
      'differ only in the user and the password',
    );
  });
});

describe('findNamed', () => {
  const items = ['sync-blocking', 'async-callback', 'event-loop'].map((name) => ({ name }));
  test.each([
    ['sync-blokcing', 'did you mean sync-blocking?'],
    ['callback', 'did you mean async-callback?'],
    ['zzz', 'there are sync-blocking, async-callback, event-loop'],
  ])('%s: %s', (name, hint) => {
    expect(problem(() => findNamed('model', items, name))).toBe(`there is no model "${name}" | ${hint}`);
  });
});

describe('cells', () => {
  const closedBy = (concurrency: number) => ({ kind: 'closed' as const, concurrency });
  const model = (name: string, more: Partial<Model> = {}): PlannedModel => ({
    model: { name, refuses: () => undefined, ...more } as Model,
    params: [{}],
  });
  const planned = { workload, reference: { name: 'demo' }, params: [{ size: 1 }, { size: 2 }] };
  const request = { workloads: [planned], loads: [closedBy(1), closedBy(4)], threads: undefined };

  test('are every model x parameters x load, the impossible ones with their reason', () => {
    const cannot = { code: 'always-ready', values: {} } as const;
    const cells = planCells({
      ...request,
      models: [model('one'), model('two', { refuses: () => cannot })],
    });
    expect(cells).toHaveLength(8);
    expect(cells.filter(({ refusal }) => refusal === cannot).map(({ cell }) => cell.model)).toEqual([
      'two',
      'two',
      'two',
      'two',
    ]);
    expect(cells[0]?.cell).toEqual({
      model: 'one',
      workload: 'demo',
      params: { size: 1 },
      load: { kind: 'closed', concurrency: 1 },
    });
  });

  test("are refused for the model's own parameters alone, where the system lacks what they need", () => {
    const values = { operation: 'accept', since: '5.19', cause: 'EINVAL' };
    const cannot = { code: 'no-multishot', values } as const;
    const refuses: Model['refuses'] = ({ params }) => (params?.many ? cannot : undefined);
    const { model: ring } = model('ring', { refuses });
    const cells = planCells({
      ...request,
      loads: [closedBy(1)],
      models: [{ model: ring, params: [{}, { many: true }] }],
    });
    const refused = cells.map(({ cell, refusal }) => [cell.modelParams, refusal]);
    expect(refused.slice(0, 2)).toEqual([
      [undefined, undefined],
      [{ many: true }, cannot],
    ]);
  });

  test('have think time, and threads only where there is a pool', () => {
    const cells = planCells({
      ...request,
      loads: [{ ...closedBy(1), thinkNs: 5 }],
      threads: 3,
      models: [model('pool', { takesThreads: true }), model('one')],
    });
    expect(cells[0]?.cell).toMatchObject({ threads: 3, load: { thinkNs: 5 } });
    expect(cells[1]?.cell).not.toHaveProperty('threads');
  });

  test('that differ in their load alone are measured by one process', () => {
    const cells = planCells({ ...request, models: [model('one'), model('two')] });
    const processes = processesOf(cells).map((process) =>
      process.map(({ cell }) => [cell.params.size, cell.model, cell.load]),
    );
    expect(processes).toEqual(
      [1, 2].flatMap((size) =>
        ['one', 'two'].map((name) => [closedBy(1), closedBy(4)].map((load) => [size, name, load])),
      ),
    );
  });
});

test("a model's parameters are named in its cells only where they are not its defaults", () => {
  const model = {
    name: 'ring',
    params: z.object({ depth: count(32, 1), polls: flag(false) }),
  } as unknown as Model;
  expect(planModel(model, set('ring.depth=32,64')).params).toEqual([{}, { depth: 64 }]);
  expect(problem(() => planModel(model, set('ring.detph=1')))).toContain('did you mean depth?');
});

test('a round has every process once, and in it every load once, in an order of its own that follows the seed', () => {
  const processes = Array.from({ length: 20 }, (_, process) =>
    Array.from({ length: 5 }, (_, load) => 10 * process + load),
  );
  const rounds = (seed: number) => {
    const random = randomFrom(seed);
    return [roundOf(processes, random), roundOf(processes, random)];
  };
  const [first = [], second = []] = rounds(1);
  for (const round of [first, second]) {
    expect(round.map((loads) => loads.toSorted((a, b) => a - b)).sort(([a = 0], [b = 0]) => a - b)).toEqual(
      processes,
    );
    expect(round.some((loads) => loads.some((load, place) => load % 10 !== place))).toBe(true);
  }
  expect(second).not.toEqual(first);
  expect(rounds(1)).toEqual([first, second]);
  expect(rounds(2)).not.toEqual([first, second]);
});
