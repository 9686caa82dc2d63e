import { Agent } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { AppError, Clock, type FileId } from '@entrepot/kernel';
import { fragmentName } from '@entrepot/ocs-wire';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ERRORS } from '../errors.js';
import { FRAGMENTS_OPTIONS, type FragmentsOptions } from '../fragments.options.js';
import { proxiedAddress, type ProxiedAddress } from './proxied-address.js';
import { ProxyCacheRepository } from './proxy-cache.repository.js';
import type { ProxyCache, ProxyCacheId } from './proxy-cache.js';
import { ProxyPurgeRepository } from './proxy-purge.repository.js';
import { outcomeOfPurge, type PurgeOutcome } from './proxy-purge.js';
import { PublishedFragments } from './published-fragments.js';
import { sendPurge } from './send-purge.js';

const TIMEOUT_MS = 10_000;
const AT_ONCE = 8;
const DETAIL_MAX = 200;
/** After its freeing a replica may serve a package for two seconds more, into the very cache that was just purged. */
const SETTLED_MS = 4_000;

/** Purges all fragments of a package from one proxy cache. */
@Injectable()
export class PurgeProxy {
  constructor(
    private readonly database: DataSource,
    private readonly caches: ProxyCacheRepository,
    private readonly purges: ProxyPurgeRepository,
    private readonly fragments: PublishedFragments,
    private readonly clock: Clock,
    @Inject(FRAGMENTS_OPTIONS) private readonly options: FragmentsOptions,
  ) {}

  /**
   * Does nothing when the purge or its proxy cache is gone, or has ended.
   * @throws AppError FRAGMENTS_PROXY_PURGE_UNFINISHED when it is worth coming back later: the proxy cache cannot be reached,
   * or agents can still bring the package back into it
   */
  async execute(id: ProxyCacheId, fileId: string): Promise<void> {
    const { manager } = this.database;
    const [cache, purge, life] = await Promise.all([
      this.caches.find(manager, id),
      this.purges.find(manager, id, fileId),
      this.fragments.lifeOf(manager, fileId),
    ]);
    if (cache === null || purge === null) return;
    if (purge.state === 'purged' || purge.state === 'refused') return;
    const freedAt = life?.freedAt ?? null;
    if (purge.afterFreeing && life !== null && freedAt === null)
      throw unfinished(`Package ${fileId} is still served.`);
    if (freedAt !== null) await this.settled(freedAt);
    const outcome = await this.purge(cache, fileId, life?.fragments ?? 0);
    await this.purges.end(manager, purge, outcome, this.clock.now());
    if (outcome.state === 'unreachable') throw unfinished(`${cache.name}: ${outcome.detail}`);
  }

  private async settled(freedAt: Date): Promise<void> {
    const left = freedAt.getTime() + SETTLED_MS - this.clock.now().getTime();
    if (left > 0) await wait(Math.min(left, SETTLED_MS));
  }

  private async purge(cache: ProxyCache, fileId: string, fragments: number): Promise<PurgeOutcome> {
    const locations = new Set([this.options.fragmentLocation]);
    if (cache.kind === 'forward')
      for (const location of await this.fragments.locationsOf(this.database.manager, fileId))
        locations.add(location);
    const addresses: ProxiedAddress[] = [];
    for (const location of locations)
      for (let n = 1; n <= fragments; n += 1)
        addresses.push(proxiedAddress(cache, location, fileId, fragmentName(fileId as FileId, n)));
    return purgeAll(addresses);
  }
}

/** Ends at the first answer that is not "gone". */
async function purgeAll(addresses: readonly ProxiedAddress[]): Promise<PurgeOutcome> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  let gone = 0;
  let next = 0;
  let failure: PurgeOutcome | null = null;
  const worker = async (): Promise<void> => {
    for (
      let address = addresses[next++];
      address !== undefined && failure === null;
      address = addresses[next++]
    ) {
      const outcome = await purgeOne(address, agent);
      if (outcome.state !== 'purged') failure = outcome;
      else if (outcome.detail === 'gone') gone += 1;
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  } finally {
    agent.destroy();
  }
  return failure ?? { state: 'purged', detail: `${gone} of ${addresses.length} fragments were in the cache` };
}

async function purgeOne(address: ProxiedAddress, agent: Agent): Promise<PurgeOutcome> {
  try {
    const status = await sendPurge(address, agent, TIMEOUT_MS);
    const state = outcomeOfPurge(status);
    if (state === 'purged') return { state, detail: status === 404 ? 'absent' : 'gone' };
    return { state, detail: `PURGE ${address.url}: status ${status}` };
  } catch (error) {
    const detail = `PURGE ${address.url}: ${String((error as Error).message)}`;
    return { state: 'unreachable', detail: detail.slice(0, DETAIL_MAX) };
  }
}

function unfinished(message: string): AppError {
  return new AppError(ERRORS.FRAGMENTS_PROXY_PURGE_UNFINISHED, message);
}
