import { defineWorkload } from 'iobench';
import { Redis } from 'ioredis';

// No parameters, no `prepare`, and a client that is the library's own class.
export default defineWorkload({
  name: 'redis-bare',
  summary: 'Get one key',
  async connect() {
    return new Redis();
  },
  async request(redis) {
    const value: string | null = await redis.get('key');
    if (value === null) throw Object.assign(new Error('the key is gone'), { code: 'NO_KEY' });
  },
  async disconnect(redis) {
    await redis.quit();
  },
});
