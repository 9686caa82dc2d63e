import type { ModuleParts } from '@entrepot/platform-database';
import { ChangeRegistryQuery } from './change-registry-query.js';
import { ElectAgents } from './elect-agents.js';
import { IdentifyHost } from './identify-host.js';
import { KeepNetmap } from './keep-netmap.js';
import { KeepNetworkMembers } from './keep-network-members.js';
import { KeepNetworksConsumer } from './keep-networks.consumer.js';
import { ListHosts } from './list-hosts.js';
import { ListNetworks } from './list-networks.js';
import { NetworksController } from './networks.controller.js';
import { RegistryQueriesController } from './registry-queries.controller.js';
import { RegistryQueryStore } from './registry-query-store.js';

/** Registry queries, and the neighbours that agents find. */
export const networkParts: ModuleParts = {
  controllers: [NetworksController, RegistryQueriesController, KeepNetworksConsumer],
  providers: [
    ...[RegistryQueryStore, ChangeRegistryQuery, ListNetworks, ListHosts, IdentifyHost],
    ...[KeepNetworkMembers, KeepNetmap, ElectAgents],
  ],
};
