// Bare piscina: as many empty tasks in flight as there are threads.
import process from 'node:process';
import { Piscina } from 'piscina';

const [threads, milliseconds] = process.argv.slice(2).map(Number);
const pool = new Piscina({
  filename: new URL('./empty.mjs', import.meta.url).href,
  minThreads: threads,
  maxThreads: threads,
  idleTimeout: Number.POSITIVE_INFINITY,
  atomics: 'sync',
});
let completed = 0;
let isOver = false;
const lane = async () => {
  while (!isOver) {
    await pool.run(undefined);
    completed++;
  }
};
const lanes = Array.from({ length: threads }, lane);
await new Promise((resolve) => setTimeout(resolve, 800));
const [first, startMs] = [completed, performance.now()];
await new Promise((resolve) => setTimeout(resolve, milliseconds));
process.stdout.write(
  JSON.stringify({ perSecond: (completed - first) / ((performance.now() - startMs) / 1000) }),
);
isOver = true;
await Promise.all(lanes);
await pool.destroy();
