// What mitata takes for an iteration of nothing when it keeps every sample: the wall's time over the samples.
import process from 'node:process';
import { measure } from 'mitata';

const startMs = performance.now();
const { samples } = await measure(() => {}, {
  batch_unroll: 1,
  batch_samples: 1,
  min_cpu_time: 500e6,
  min_samples: 1e5,
  max_samples: 1e9,
  inner_gc: false,
  batch_threshold: 0,
});
process.stdout.write(
  JSON.stringify({ nsPerIteration: ((performance.now() - startMs) * 1e6) / samples.length }),
);
