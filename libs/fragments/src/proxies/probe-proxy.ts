import { AppError, Clock } from '@entrepot/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ERRORS } from '../errors.js';
import { FRAGMENTS_OPTIONS, type FragmentsOptions } from '../fragments.options.js';
import { fetchThroughProxy } from './fetch-through-proxy.js';
import { explainProbe } from './probe-explanations.js';
import { cachedBy, problemOf, type ProbeAnswer, type ProbeResult } from './probe-result.js';
import { proxiedAddress, type ProxiedAddress } from './proxied-address.js';
import { ProxyCacheRepository } from './proxy-cache.repository.js';
import { proxyCacheNotFound, type ProxyCache, type ProxyCacheId } from './proxy-cache.js';
import { PublishedFragments, type PublishedFragment } from './published-fragments.js';

const DEADLINE_MS = 20_000;
const DETAIL_MAX = 200;

/** Finds out whether a proxy cache gives what is published, and whether it keeps it. */
@Injectable()
export class ProbeProxy {
  constructor(
    private readonly database: DataSource,
    private readonly caches: ProxyCacheRepository,
    private readonly fragments: PublishedFragments,
    private readonly clock: Clock,
    @Inject(FRAGMENTS_OPTIONS) private readonly options: FragmentsOptions,
  ) {}

  /**
   * Fetches the smallest published fragment, or that of one package, twice through a proxy cache, within 20 s.
   * @throws AppError FRAGMENTS_PROXY_NOT_FOUND; FRAGMENTS_PROXY_NOTHING_TO_FETCH when no fragment of up to 64 MiB is
   * published
   */
  async execute(id: ProxyCacheId, fileId: string | null): Promise<ProbeResult> {
    const { manager } = this.database;
    const cache = await this.caches.find(manager, id);
    if (cache === null) throw proxyCacheNotFound(id);
    const fragment = await this.fragments.smallest(manager, fileId);
    if (fragment === null)
      throw new AppError(
        ERRORS.FRAGMENTS_PROXY_NOTHING_TO_FETCH,
        fileId === null
          ? 'Build a package with an archive first: a probe fetches a published fragment of up to 64 MiB.'
          : `Package ${fileId} has no published fragment of up to 64 MiB.`,
        fileId === null ? {} : { field: 'fileId' },
      );
    return this.probe(cache, fragment);
  }

  /** Probes with a given fragment, and keeps what it found. */
  async probe(cache: ProxyCache, fragment: PublishedFragment): Promise<ProbeResult> {
    const address = proxiedAddress(cache, this.options.fragmentLocation, fragment.fileId, fragment.name);
    const result = {
      ...(await found(address, fragment)),
      url: address.url,
      at: this.clock.now().toISOString(),
    };
    await this.caches.keepProbe(this.database.manager, cache, result);
    return result;
  }
}

async function found(
  address: ProxiedAddress,
  fragment: PublishedFragment,
): Promise<Omit<ProbeResult, 'at' | 'url'>> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  let answer: ProbeAnswer | null = null;
  try {
    answer = await fetchThroughProxy(address, fragment, signal);
    if (answer.correct === true) answer = await fetchThroughProxy(address, fragment, signal);
    return judged(answer);
  } catch (error) {
    const problem = signal.aborted ? 'timeout' : 'unreachable';
    const detail = signal.aborted ? `${DEADLINE_MS / 1_000} s` : String((error as Error).message);
    const explanation = explainProbe(problem, 'unknown', detail.slice(0, DETAIL_MAX));
    return {
      reachable: answer !== null,
      correct: null,
      cached: 'unknown',
      status: null,
      headers: {},
      problem,
      explanation,
    };
  }
}

function judged(answer: ProbeAnswer): Omit<ProbeResult, 'at' | 'url'> {
  const { status, headers, correct } = answer;
  const problem = problemOf(answer);
  const cached = correct === true ? cachedBy(headers) : 'unknown';
  const detail = problem === 'misleading-header' ? String(answer.misleading) : String(status);
  const explanation = explainProbe(problem, cached, detail);
  return { reachable: true, correct, cached, status, headers: { ...headers }, problem, explanation };
}
