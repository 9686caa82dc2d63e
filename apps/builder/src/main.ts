import {
  databaseConfig,
  httpConfig,
  loadConfig,
  locationsConfig,
  logConfig,
  natsConfig,
  required,
  rpcClientsConfig,
} from '@entrepot/platform-config';
import { runMain, startProgram } from '@entrepot/platform-program';
import { AppModule } from './app.module.js';

const parts = {
  http: httpConfig,
  locations: required(locationsConfig),
  log: logConfig,
  database: required(databaseConfig, 'url'),
  nats: required(natsConfig, 'url'),
  remotes: required(rpcClientsConfig, 'fragments', 'identity'),
};

runMain(async () => {
  const config = loadConfig(parts);
  await startProgram({ name: 'builder', ...config, module: AppModule.with(config) });
});
