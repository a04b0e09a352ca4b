/** Where the peer `oauth` keeps sessions, grants, codes and tokens: in memory, the oldest unused ones forgotten. */

import type { AdapterPayload as Payload } from 'oidc-provider';

/** As many as some minutes of logging in leave, and no more memory than that. */
const MOST_ENTRIES = 50_000;

/** Those that were used last are last. */
const entries = new Map<string, Payload>();
/** The keys of what was given by a grant. */
const grants = new Map<string, Set<string>>();
/** The keys of sessions by what they are also known by. */
const sessions = new Map<string, string>();

function forget(key: string): void {
  const payload = entries.get(key);
  entries.delete(key);
  if (payload?.uid !== undefined) sessions.delete(payload.uid);
  if (payload?.grantId === undefined) return;
  const given = grants.get(payload.grantId);
  given?.delete(key);
  if (given?.size === 0) grants.delete(payload.grantId);
}

/** An adapter of `oidc-provider` for one kind of things. */
export class Store {
  private readonly kind: string;

  constructor(kind: string) {
    this.kind = kind;
  }

  async upsert(id: string, payload: Payload): Promise<void> {
    const key = this.keyOf(id);
    entries.delete(key);
    entries.set(key, payload);
    if (payload.uid !== undefined) sessions.set(payload.uid, key);
    if (payload.grantId !== undefined) {
      const given = grants.get(payload.grantId) ?? new Set();
      grants.set(payload.grantId, given.add(key));
    }
    const [oldest] = entries.keys();
    if (entries.size > MOST_ENTRIES && oldest !== undefined) forget(oldest);
  }

  async find(id: string): Promise<Payload | undefined> {
    return this.used(this.keyOf(id));
  }

  async findByUid(uid: string): Promise<Payload | undefined> {
    const key = sessions.get(uid);
    return key === undefined ? undefined : this.used(key);
  }

  /** Of the flow for devices without a keyboard, which this provider does not offer. */
  async findByUserCode(): Promise<undefined> {
    return undefined;
  }

  async consume(id: string): Promise<void> {
    const payload = entries.get(this.keyOf(id));
    if (payload) payload.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id: string): Promise<void> {
    forget(this.keyOf(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const key of grants.get(grantId) ?? []) forget(key);
  }

  private keyOf(id: string): string {
    return `${this.kind}:${id}`;
  }

  private used(key: string): Payload | undefined {
    const payload = entries.get(key);
    if (payload) {
      entries.delete(key);
      entries.set(key, payload);
    }
    return payload;
  }
}
