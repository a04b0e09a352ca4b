import { defineWorkload } from './workload.ts';

export default defineWorkload({
  name: 'noop',
  summary: "Nothing at all: the harness's own floor",
  *request() {},
});
