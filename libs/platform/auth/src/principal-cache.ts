import { type Clock, sha256Hex } from '@entrepot/kernel';
import type { Principal } from './principal.js';

export interface PrincipalCacheOptions {
  /** Milliseconds for which an accepted token is not asked about again. */
  readonly lifetimeMs: number;
  /** Tokens remembered at most; the one remembered longest goes first. */
  readonly capacity: number;
}

/** Remembers accepted tokens for a short while. Only their SHA-256 is kept; refused ones are not remembered. */
export class PrincipalCache {
  private readonly entries = new Map<string, { readonly principal: Principal; readonly until: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly options: PrincipalCacheOptions,
  ) {}

  find(token: string): Principal | null {
    const key = sha256Hex(token);
    const entry = this.entries.get(key);
    if (!entry) return null;
    if (entry.until > this.clock.now().getTime()) return entry.principal;
    this.entries.delete(key);
    return null;
  }

  remember(token: string, principal: Principal): void {
    const key = sha256Hex(token);
    this.entries.delete(key);
    if (this.entries.size >= this.options.capacity) {
      const oldest = this.entries.keys().next();
      if (!oldest.done) this.entries.delete(oldest.value);
    }
    this.entries.set(key, { principal, until: this.clock.now().getTime() + this.options.lifetimeMs });
  }
}
