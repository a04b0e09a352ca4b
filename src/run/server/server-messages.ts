/** What a server's process sends: what it checks is what others may send in its place. */
import * as z from 'zod/mini';
import type { ServerAccounts } from './accounts.ts';

const reason = z.object({ kind: z.enum(['failed', 'unsupported']), reason: z.string() });
export const message = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), pid: z.int().check(z.minimum(2)) }),
  z.object({ kind: z.literal('listening'), port: z.int().check(z.minimum(1), z.maximum(65_535)) }),
  z.object({ kind: z.literal('session-failed'), code: z.string(), message: z.string() }),
  reason,
]);
const figure = z.number().check(z.nonnegative());
const answer = z.object({
  id: z.number(),
  accounts: z.object({
    wallNs: figure,
    userNs: figure,
    systemNs: figure,
    voluntarySwitches: figure,
    involuntarySwitches: figure,
    minorFaults: figure,
    majorFaults: figure,
    maxRssBytes: figure,
    threads: z.optional(figure),
    apart: z.optional(
      z.object({
        cpuNs: figure,
        contextSwitches: z.object({ voluntary: figure, involuntary: figure }),
      }),
    ),
    mainThread: z.object({ onCpuNs: figure, runnableNs: figure, waitedNs: figure }),
    connections: z.object({
      accepted: figure,
      served: figure,
      failed: figure,
      open: z.number(),
      refused: figure,
    }),
    listenOverflows: figure,
  }),
});

/** Asks over the second channel of a server, and matches its answers with what was asked. */
export function createReadings() {
  const asked = new Map<number, (accounts: ServerAccounts | undefined) => void>();
  let lastId = 0;
  return {
    /** `ask` sends the number of the question; `undefined` if the server ends before it has answered. */
    async read(ask: (id: number) => void): Promise<ServerAccounts | undefined> {
      const id = ++lastId;
      const accounts = new Promise<ServerAccounts | undefined>((resolve) => asked.set(id, resolve));
      ask(id);
      const found = await accounts;
      asked.delete(id);
      return found;
    },
    answered(line: string): void {
      const { data } = answer.safeParse(parsed(line));
      if (data) asked.get(data.id)?.(data.accounts);
    },
    end(): void {
      for (const resolve of asked.values()) resolve(undefined);
      asked.clear();
    },
  };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
