import {
  databaseConfig,
  httpConfig,
  loadConfig,
  locationsConfig,
  logConfig,
  natsConfig,
  required,
  rpcClientsConfig,
  rpcServerConfig,
} from '@entrepot/platform-config';
import { runMain, startProgram } from '@entrepot/platform-program';
import { AppModule } from './app.module.js';

const parts = {
  http: httpConfig,
  locations: required(locationsConfig),
  log: logConfig,
  database: required(databaseConfig, 'url'),
  nats: required(natsConfig, 'url'),
  rpc: rpcServerConfig,
  remotes: required(rpcClientsConfig, 'inventory', 'identity'),
};

runMain(async () => {
  const config = loadConfig(parts);
  await startProgram({ name: 'activation', ...config, module: AppModule.with(config) });
});
