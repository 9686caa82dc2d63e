import type { Api } from './api.js';
import { Failure } from './failure.js';
import { plainText } from './table.js';

export const PROXIES_PATH = '/api/v1/proxy-caches';

/** What a probe of a proxy cache found. */
export interface ProbeResult {
  readonly reachable: boolean;
  readonly cached: string;
  readonly problem: string | null;
  readonly explanation: { readonly en: string };
  readonly at: string;
}

/** What commands read of a proxy cache. */
export interface ProxyView {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly host: string;
  readonly port: number;
  readonly allowsPurge: boolean;
  readonly probe: ProbeResult | null;
}

/**
 * Finds a proxy cache by its id or its name.
 * @throws Failure when there is none
 */
export async function findProxy(api: Api, text: string): Promise<ProxyView> {
  const wanted = text.toLowerCase();
  const items = await api.all<ProxyView>(PROXIES_PATH);
  const found = items.find(({ id, name }) => id === wanted || name.toLowerCase() === wanted);
  if (found === undefined)
    throw new Failure(`There is no proxy cache "${plainText(text)}". "entrepot proxies" lists them.`);
  return found;
}
