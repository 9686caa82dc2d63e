import { packageDeleted } from '@entrepot/contracts';
import {
  freePort,
  httpRequest,
  startSquid,
  waitFor,
  type HttpAnswer,
  type RunningSquid,
} from '@entrepot/testing';
import { v7 as uuidv7 } from 'uuid';
import { DownloadTrial } from '../downloads/download-trial.spec-support.js';
import type { ProxyCacheView } from './proxy-cache.js';
import type { ProxyPurgeView } from './proxy-purge.js';

/** The two ways through the trial's squid. */
export type Through = 'forward' | 'accelerator';

/** For this folder's specs: a fragments program at its fragment location, and a real squid before it. */
export class ProxyTrial {
  private names = 0;

  private constructor(
    readonly fragments: DownloadTrial,
    /** Where the program listens. */
    readonly port: number,
    readonly squid: RunningSquid,
  ) {}

  static async start(databaseUrl: string): Promise<ProxyTrial> {
    const port = await freePort();
    const fragments = await DownloadTrial.start({ databaseUrl, httpPort: port });
    return new ProxyTrial(fragments, port, await startSquid({ origin: port }));
  }

  async stop(): Promise<void> {
    await this.squid.stop();
    await this.fragments.stop();
  }

  /** Registers the squid as a forward proxy, or what the fields say. */
  async registered(fields: object = {}): Promise<ProxyCacheView> {
    this.names += 1;
    const place = { name: `Lyon ${this.names}`, kind: 'forward', host: '127.0.0.1', port: this.squid.port };
    const { status, body } = await this.fragments.call<ProxyCacheView>('POST', 'proxy-caches', {
      ...place,
      ...fields,
    });
    if (status !== 201) throw new Error(`Registering answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  /** What registers the squid as an accelerator. */
  accelerator(): { readonly kind: 'accelerator'; readonly port: number } {
    return { kind: 'accelerator', port: this.squid.acceleratorPort };
  }

  /** An agent's GET of a fragment. */
  fetched(fileId: string, n: number, through: Through = 'forward'): Promise<HttpAnswer> {
    const path = `/download/${fileId}/${fileId}-${n}`;
    if (through === 'accelerator')
      return httpRequest(`http://127.0.0.1:${this.squid.acceleratorPort}${path}`);
    const host = `127.0.0.1:${this.port}`;
    return httpRequest(this.squid.url, { path: `http://${host}${path}`, headers: { Host: host } });
  }

  /** HIT or MISS, as the squid says of an agent's GET. */
  async cacheOf(fileId: string, n: number, through: Through = 'forward'): Promise<string> {
    const { headers } = await this.fetched(fileId, n, through);
    return String(headers['x-cache']).slice(0, 4).trim();
  }

  /** Tells that the builder deleted a package. */
  deleted(fileId: string, immediately: boolean): Promise<void> {
    const at = new Date().toISOString();
    const event = { packageId: uuidv7(), fileId, name: 'defective', version: 1, immediately, at };
    return this.fragments.tell(packageDeleted, event);
  }

  /** Waits until a purge is in a state. */
  purgeOf(id: string, fileId: string, state: string): Promise<ProxyPurgeView> {
    const read = async (): Promise<ProxyPurgeView> => {
      const { items } = await this.purgesOf(id);
      const purge = items.find((item) => item.fileId === fileId);
      if (purge?.state !== state) throw new Error(`it is ${JSON.stringify(purge)}`);
      return purge;
    };
    return waitFor(read, { what: `the purge to be ${state}` });
  }

  async purgesOf(id: string): Promise<{ readonly items: ProxyPurgeView[]; readonly total: number }> {
    const path = `proxy-caches/${id}/purges`;
    return (await this.fragments.call<{ items: ProxyPurgeView[]; total: number }>('GET', path)).body;
  }
}
