// What tinybench takes for an iteration of nothing, all included: the wall's time over the samples.
import process from 'node:process';
import { Bench } from 'tinybench';

const bench = new Bench({ time: 500, warmup: false });
bench.add('nothing', () => {});
await bench.run();
const startMs = performance.now();
const again = new Bench({ time: 1000, warmup: false });
again.add('nothing', () => {});
await again.run();
const { latency } = again.tasks[0].result;
process.stdout.write(
  JSON.stringify({ nsPerIteration: ((performance.now() - startMs) * 1e6) / latency.samplesCount }),
);
