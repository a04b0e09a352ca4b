import { byteSize, count, defineWorkload, z } from 'iobench';
import { Redis } from 'ioredis';

export default defineWorkload({
  name: 'redis',
  summary: 'Set one key of many',
  params: z.object({ port: count(6379), valueSize: byteSize('100B') }),

  async connect({ port, valueSize }) {
    const redis = new Redis(port, '127.0.0.1', { lazyConnect: true });
    await redis.connect();
    return { redis, value: Buffer.alloc(valueSize, 'x') };
  },
  async request({ redis, value }, random) {
    return redis.set(`key:${Math.floor(random() * 1000)}`, value);
  },
  async disconnect({ redis }) {
    redis.disconnect();
  },
});
