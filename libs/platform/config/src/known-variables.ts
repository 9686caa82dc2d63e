import type { ConfigPart, Variable } from './define-config.js';
import {
  activationConfig,
  adminConfig,
  apiPartsConfig,
  builderConfig,
  cliConfig,
  databaseConfig,
  fragmentsConfig,
  httpConfig,
  locationsConfig,
  logConfig,
  natsConfig,
  rpcClientsConfig,
  rpcServerConfig,
  s3Config,
} from './parts.js';

const PARTS: readonly ConfigPart[] = [
  httpConfig,
  locationsConfig,
  logConfig,
  databaseConfig,
  natsConfig,
  s3Config,
  builderConfig,
  fragmentsConfig,
  activationConfig,
  adminConfig,
  rpcServerConfig,
  rpcClientsConfig,
  apiPartsConfig,
  cliConfig,
];

/**
 * Every variable that any program of Entrepot reads, in the order of the README's table. A variable of this list
 * is accepted by programs that do not read it, so that all can share one environment file.
 */
export const KNOWN_VARIABLES: readonly Variable<unknown>[] = PARTS.flatMap((part) => Object.values(part));
