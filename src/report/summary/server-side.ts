/** How a report words what was measured where the model was the server. */
import type { SearchedSpec } from '../../result.ts';

/** The name of the peer that sent a server its requests. */
export const GENERATOR = 'generator';

type Side = Pick<SearchedSpec, 'generator'>;

/** On which side the model stands; `undefined` where it sends the requests itself, as usual. */
export const serverLine = ({ generator }: Side): string | undefined =>
  generator === undefined
    ? undefined
    : `The model is the server; a process under ${generator} sends the requests. CPU is the server’s.`;

/** What the models of these cells do with requests, in the plural: a client completes them. */
export const verbOf = ([first]: readonly Side[]): 'serve' | 'complete' =>
  first?.generator === undefined ? 'complete' : 'serve';
