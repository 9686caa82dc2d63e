import { INFO_FILE_NAME } from '@entrepot/ocs-wire';
import { Inject, Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { DataSource } from 'typeorm';
import { FRAGMENTS_OPTIONS, type FragmentsOptions } from '../fragments.options.js';
import { proxiedAddress } from '../proxies/proxied-address.js';
import type { ProxyPlace } from '../proxies/proxy-cache.js';
import { fetchCopy } from './fetch-copy.js';

/** A place that may have the same bytes. */
export interface CopySource {
  /** For people. */
  readonly name: string;
  /**
   * The bytes of a published file; null when the place does not have it.
   * @param signal ends the reading
   * @throws Error when the place cannot be reached
   */
  open(fileId: string, file: string, signal: AbortSignal): Promise<Readable | null>;
}

type ProxyCacheRow = ProxyPlace & { readonly name: string };

/** The other servers of the configuration, then the registered proxy caches; not those that no probe reaches. */
@Injectable()
export class CopySources {
  constructor(
    private readonly database: DataSource,
    @Inject(FRAGMENTS_OPTIONS) private readonly options: FragmentsOptions,
  ) {}

  async list(): Promise<CopySource[]> {
    const caches: ProxyCacheRow[] = await this.database.query(
      `SELECT name, kind, host, port, path FROM proxy_cache
       WHERE NOT requires_password AND (probe ->> 'reachable') IS DISTINCT FROM 'false' ORDER BY name`,
    );
    return [
      ...this.options.repairSources.map(serverSource),
      ...caches.map((cache) => cacheSource(cache, this.options.fragmentLocation)),
    ];
  }
}

function serverSource(base: string): CopySource {
  const open: CopySource['open'] = (fileId, file, signal) => {
    const { protocol, hostname, port, host, pathname } = new URL(`${base}/${fileId}/${file}`);
    const target = { hostname: hostname.replace(/^\[|\]$/g, ''), port, path: pathname, headers: { host } };
    return fetchCopy({ secure: protocol === 'https:', ...target, signal });
  };
  return { name: base, open };
}

/**
 * A cache is asked for what it has only, or it would fetch our own damaged bytes once more; info files it never has.
 */
function cacheSource(cache: ProxyCacheRow, fragmentLocation: string): CopySource {
  const open: CopySource['open'] = async (fileId, file, signal) => {
    if (file === INFO_FILE_NAME) return null;
    const { hostname, port, path, host } = proxiedAddress(cache, fragmentLocation, fileId, file);
    const headers = { host, 'cache-control': 'only-if-cached' };
    return fetchCopy({ secure: false, hostname, port, path, headers, signal });
  };
  return { name: `proxy cache ${cache.name}`, open };
}
