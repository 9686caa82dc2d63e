import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { FRAGMENTS_OPTIONS, type FragmentsOptions } from '../../fragments.options.js';
import { ProxyCacheRepository } from '../proxy-cache.repository.js';
import { acceleratedLocation, proxyCacheNotFound, type ProxyCacheId } from '../proxy-cache.js';
import { agentSettings, operatingSystem, serverUrl, type AgentSettings } from './agent-settings.js';

export const settingsQuery = z.object({ os: operatingSystem, server: serverUrl.optional() });

export type SettingsQuery = z.output<typeof settingsQuery>;

/** Makes the settings of agents that use a registered proxy cache. */
@Injectable()
export class SettingsOfProxy {
  constructor(
    private readonly database: DataSource,
    private readonly caches: ProxyCacheRepository,
    @Inject(FRAGMENTS_OPTIONS) private readonly options: FragmentsOptions,
  ) {}

  /**
   * @param server URL that agents report to; the host of our fragment location, by http, unless given
   * @throws AppError FRAGMENTS_PROXY_NOT_FOUND
   */
  async execute(id: ProxyCacheId, { os, server }: SettingsQuery): Promise<AgentSettings> {
    const cache = await this.caches.find(this.database.manager, id);
    if (cache === null) throw proxyCacheNotFound(id);
    const { kind, host, port, requiresPassword } = cache;
    const [ownHost = ''] = this.options.fragmentLocation.split('/');
    return agentSettings({
      os,
      server: server ?? `http://${ownHost}/ocsinventory`,
      proxy:
        kind === 'forward'
          ? { kind, host, port, requiresPassword }
          : { kind, fragmentLocation: acceleratedLocation(cache) },
    });
  }
}
