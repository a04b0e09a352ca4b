/** Options that mean the same in several commands, each written once. */
import { Option } from 'commander';
import { collect, collectWhole } from './collect.ts';

export const modelOption = new Option(
  '-m, --model <name...>',
  'only these models (default: all), or programs in their place: nginx, haproxy',
).argParser(collect);
export const threadsOption = new Option(
  '--threads <n>',
  'a fixed number of threads for thread-per-request (default: one per request in flight), or of workers for nginx and HAProxy (default: 1)',
);
export const arrivalsOption = new Option('--arrivals <kind>', 'poisson or constant').default('poisson');
export const clientsOption = new Option(
  '--clients <n>',
  'under an open load, a pool of clients: arrivals that find all busy wait in line (default: no pool; 64 where the model is the server)',
);
export const generatorsOption = new Option(
  '--generators <n>',
  'where the model is the server: processes that send the requests, and share the clients or the arrivals',
).default('1');
export const cpusMeasuredOption = new Option(
  '--cpus-measured <list>',
  'the CPUs on which measured processes stay, like 0,2-3 (Linux)',
);
export const cpusPeersOption = new Option('--cpus-peers <list>', 'the same of peers');
export const cpusGeneratorsOption = new Option(
  '--cpus-generators <list>',
  'the same of the processes that send a server its requests',
);
export const launcherMeasuredOption = new Option(
  '--launcher-measured <command>',
  "a command that starts measured processes, like 'nice -n 5': no shell, but quoted as for one",
);
export const launcherPeersOption = new Option('--launcher-peers <command>', 'the same of peers');
export const launcherGeneratorsOption = new Option(
  '--launcher-generators <command>',
  'the same of the processes that send a server its requests',
);
export const networkOption = new Option(
  '--network <kind>',
  'where client and server are: loopback, or netns (hosts of their own, with a router between them; Linux): the parameter network of the workloads named',
);
export const workloadFileOption = new Option(
  '-w, --workload-file <file...>',
  'workloads of your own',
).argParser(collectWhole);
export const nameOption = new Option('-n, --name <name>', 'name of the run');
export const outOption = new Option('-o, --out <dir>', 'where runs are stored').default('results');
export const dataOption = new Option(
  '--data <dir>',
  "where the workloads' files are made (default: the system's temporary folder)",
);
export const noChartsOption = new Option('--no-charts', 'store the results without charts and page');
export const jsonDocumentOption = new Option('--json', 'print one JSON document instead of tables');
export const jsonOption = new Option('--json', 'print JSON');
export const quietOption = new Option('-q, --quiet', 'show no progress');
