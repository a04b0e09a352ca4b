/** What a user would pick instead: each measured as its own users would. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A program that is not here, and how to get it. */
export class MissingPeer extends Error {}

async function output(program: string, words: readonly string[]): Promise<string> {
  try {
    return (await execute(program, [...words], { maxBuffer: 2 ** 26 })).stdout;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new MissingPeer(`${program} is missing: apt-get install ${program}`);
    throw error;
  }
}

/** Reads a second, random 4 KiB blocks of a file in the page cache. */
export async function fio(file: string, options: readonly string[]): Promise<number> {
  const common = [
    '--name=read',
    `--filename=${file}`,
    '--rw=randread',
    '--bs=4k',
    '--runtime=1',
    '--time_based',
    '--invalidate=0',
    '--output-format=json',
  ];
  const printed = await output('fio', [...common, ...options]);
  const { jobs } = JSON.parse(printed.slice(printed.indexOf('{'))) as { jobs: { read: { iops: number } }[] };
  return jobs[0]?.read.iops ?? 0;
}

/** Requests per second of redis-benchmark: GETs of keys that are there, one at a time on each connection. */
export async function redisBenchmark(port: number, connections: number, keys: number): Promise<number> {
  const printed = await output('redis-benchmark', [
    ...['-h', '127.0.0.1', '-p', String(port), '-c', String(connections), '-n', '200000', '-q', '--csv'],
    ...['-r', String(keys), 'GET', 'key:__rand_int__'],
  ]);
  const row = printed.trim().split('\n').at(-1) ?? '';
  return Number(row.split(',')[1]?.replaceAll('"', ''));
}

/** CPU time of wrk a request, nanoseconds. */
export async function wrk(url: string, connections: number, seconds: number): Promise<number> {
  await output('wrk', ['--version']).catch((error: unknown) => {
    if (error instanceof MissingPeer) throw error;
  });
  const script = `TIMEFORMAT='%U %S'; time wrk -t1 -c${connections} -d${seconds}s ${url}`;
  const { stdout, stderr } = await execute('bash', ['-c', script]);
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  const [user = 0, system = 0] = stderr.trim().split(/\s+/).slice(-2).map(Number);
  return ((user + system) * 1e9) / requests;
}

/** Runs one of the scripts in `bare/`, and gives the figure that it prints. */
export async function bare(script: string, ...words: (string | number)[]): Promise<number> {
  const file = path.join(import.meta.dirname, 'bare', `${script}.mjs`);
  const printed = await output(process.execPath, [file, ...words.map(String)]);
  return Object.values(JSON.parse(printed) as Record<string, number>)[0] ?? Number.NaN;
}
