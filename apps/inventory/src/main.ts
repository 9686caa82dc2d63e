import {
  databaseConfig,
  httpConfig,
  loadConfig,
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
  log: logConfig,
  database: required(databaseConfig, 'url'),
  nats: required(natsConfig, 'url'),
  rpc: rpcServerConfig,
  remotes: required(rpcClientsConfig, 'activation', 'identity'),
};

runMain(async () => {
  const config = loadConfig(parts);
  await startProgram({ name: 'inventory', ...config, module: AppModule.with(config) });
});
