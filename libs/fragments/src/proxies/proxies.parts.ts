import type { ModuleParts } from '@entrepot/platform-database';
import { AgentSettingsController } from './agent-settings/agent-settings.controller.js';
import { SettingsOfProxy } from './agent-settings/settings-of-proxy.js';
import { AskPurgesConsumer } from './ask-purges.consumer.js';
import { AskPurgesAgain } from './ask-purges-again.js';
import { AskPurges } from './ask-purges.js';
import { ChangeProxyCache } from './change-proxy-cache.js';
import { ListProxyCaches } from './list-proxy-caches.js';
import { ListPurges } from './list-purges.js';
import { ProbeAllProxies } from './probe-all-proxies.js';
import { ProbeProxy } from './probe-proxy.js';
import { ProxyCacheRepository } from './proxy-cache.repository.js';
import { ProxyCachesController } from './proxy-caches.controller.js';
import { ProxyChecksController } from './proxy-checks.controller.js';
import { ProxyPurgeRepository } from './proxy-purge.repository.js';
import { PublishedFragments } from './published-fragments.js';
import { PurgeProxyConsumer } from './purge-proxy.consumer.js';
import { PurgeProxy } from './purge-proxy.js';

/** Proxy caches between agents and this server. */
export const proxiesParts: ModuleParts = {
  controllers: [
    ProxyCachesController,
    ProxyChecksController,
    AgentSettingsController,
    AskPurgesConsumer,
    PurgeProxyConsumer,
  ],
  providers: [
    ...[ProxyCacheRepository, ProxyPurgeRepository, PublishedFragments],
    ...[ListProxyCaches, ChangeProxyCache, SettingsOfProxy],
    ...[ProbeProxy, ProbeAllProxies],
    ...[AskPurges, AskPurgesAgain, ListPurges, PurgeProxy],
  ],
};
