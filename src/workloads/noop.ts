import { defineWorkload } from './workload.ts';

export default defineWorkload({
  name: 'noop',
  summary: "An empty request: the harness's own cost",
  *request() {},
});
