import { defineWorkload, text, z } from 'iobench';

interface Order {
  readonly id: number;
}

export default defineWorkload({
  name: 'fetching',
  summary: 'Fetch an order, and look at it',
  params: z.object({ url: text('http://127.0.0.1:8080/orders/') }),

  prepare: async ({ params, signal }) => {
    const response = await fetch(params.url, { signal });
    return { url: params.url, orders: (await response.json()) as Order[] };
  },
  // Without `connect` the fixture is the client.
  async request({ url, orders }, random) {
    const order = orders[Math.floor(random() * orders.length)];
    const response = await fetch(`${url}${order?.id}`);
    if (!response.ok)
      throw Object.assign(new Error(response.statusText), { code: `HTTP ${response.status}` });
    await response.arrayBuffer();
  },
});
