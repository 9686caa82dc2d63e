import {
  adminConfig,
  apiPartsConfig,
  databaseConfig,
  httpConfig,
  loadConfig,
  logConfig,
  natsConfig,
  required,
  rpcServerConfig,
} from '@entrepot/platform-config';
import { runMain, startProgram } from '@entrepot/platform-program';
import { AppModule } from './app.module.js';

const parts = {
  http: httpConfig,
  log: logConfig,
  database: required(databaseConfig, 'url'),
  nats: required(natsConfig, 'url'),
  rpc: rpcServerConfig,
  admin: required(adminConfig),
  api: apiPartsConfig,
};

runMain(async () => {
  const config = loadConfig(parts);
  const { parts: apiParts } = config.api;
  const module = AppModule.with(config);
  await startProgram({ name: 'identity', ...config, module, ...(apiParts && { apiParts }) });
});
