/** How a report words what was measured where the model was the server. */
import type { SearchedSpec } from '../../result.ts';

/** Whether a peer sent a server its requests: `generator`, or `generator 2` where there are several. */
export const isGenerator = (peer: string): boolean => /^generator(?: \d+)?$/.test(peer);

type Side = Pick<SearchedSpec, 'generator' | 'generators'>;

/** On which side the model stands; `undefined` where it sends the requests itself, as usual. */
export function serverLine({ generator, generators = 1 }: Side): string | undefined {
  if (generator === undefined) return undefined;
  const senders =
    generators === 1
      ? `a process under ${generator} sends`
      : `${generators} processes under ${generator} send`;
  return `The server is measured; ${senders} the requests. CPU is the server’s.`;
}

/** What the models of these cells do with requests, in the plural: a client completes them. */
export const verbOf = ([first]: readonly Side[]): 'serve' | 'complete' =>
  first?.generator === undefined ? 'complete' : 'serve';
