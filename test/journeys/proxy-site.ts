import {
  httpRequest,
  startSquid,
  waitFor,
  type HttpAnswer,
  type RunningSquid,
  type SquidAccess,
} from '@entrepot/testing';
import type { Api } from '../installation/api.js';
import { DistributedInstallation } from '../installation/distributed-installation.js';
import type { Installation } from '../installation/installation.js';

interface RegisteredProxy {
  readonly id: string;
  readonly fragmentLocation: string | null;
}

/** A place whose machines come to the installation through a real squid. */
export class ProxySite {
  private constructor(
    private readonly installation: Installation,
    readonly squid: RunningSquid,
  ) {}

  static async open(installation: Installation): Promise<ProxySite> {
    const origin = Number(new URL(installation.httpUrl).port);
    return new ProxySite(installation, await startSquid({ origin }));
  }

  close(): Promise<void> {
    return this.squid.stop();
  }

  /** What the service of a machine's agent has in its environment, as the settings page tells people. */
  get env(): Readonly<Record<string, string>> {
    return { http_proxy: this.squid.url, https_proxy: this.squid.url, no_proxy: '' };
  }

  /** Registers the squid as the one or the other. */
  register(api: Api, kind: 'forward' | 'accelerator'): Promise<RegisteredProxy> {
    const port = kind === 'forward' ? this.squid.port : this.squid.acceleratorPort;
    const place = { name: `Lyon, ${kind}`, kind, host: '127.0.0.1', port, allowsPurge: true };
    return api.post<RegisteredProxy>('/api/v1/proxy-caches', place);
  }

  /** A file asked for through the forward proxy as an agent does. */
  fetch(path: string): Promise<HttpAnswer> {
    const url = `${this.installation.httpUrl}${path}`;
    return httpRequest(this.squid.url, { path: url, headers: { Host: new URL(url).host } });
  }

  /** What squid did for the fragments of a package below a URL, oldest first: `MISS` or `HIT`, by the fragment. */
  async fragmentsOf(
    fileId: string,
    location: string,
  ): Promise<{ fragment: string; found: 'HIT' | 'MISS' }[]> {
    const prefix = `http://${location}/${fileId}/${fileId}-`;
    const accesses = await this.squid.accesses();
    return accesses.flatMap(({ method, url, result }) =>
      method === 'GET' && url.startsWith(prefix)
        ? [{ fragment: url.slice(prefix.length), found: result.includes('HIT') ? 'HIT' : 'MISS' }]
        : [],
    );
  }

  /** Waits until squid has noted so many GETs of a package's fragments. */
  async untilNoted(fileId: string, location: string, count: number): Promise<void> {
    await waitFor(async () => (await this.fragmentsOf(fileId, location)).length >= count, {
      what: `squid to have noted ${count} fragments of ${fileId}`,
    });
  }

  accesses(): Promise<SquidAccess[]> {
    return this.squid.accesses();
  }
}

/** Bytes of fragments that the installation has sent so far, to whomever. */
export async function fragmentBytesSent(installation: Installation): Promise<number> {
  const program =
    installation instanceof DistributedInstallation
      ? installation.parts.programs.fragments.httpUrl
      : installation.httpUrl;
  const metrics = (await httpRequest(`${program}/metrics`)).body.toString();
  const line = /^fragments_served_bytes_total\{[^}]*kind="fragment"[^}]*\} (\d+)/m.exec(metrics);
  return Number(line?.[1] ?? 0);
}
