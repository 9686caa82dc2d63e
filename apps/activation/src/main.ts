import {
  activationConfig,
  distributedParts,
  loadConfig,
  locationsConfig,
  required,
  rpcClientsConfig,
  rpcServerConfig,
} from '@entrepot/platform-config';
import { runMain, startProgram } from '@entrepot/platform-program';
import { AppModule } from './app.module.js';

const parts = {
  ...distributedParts,
  activation: activationConfig,
  locations: required(locationsConfig),
  rpc: rpcServerConfig,
  remotes: required(rpcClientsConfig, 'inventory', 'identity'),
};

runMain(async () => {
  const config = loadConfig(parts);
  await startProgram({ name: 'activation', ...config, module: AppModule.with(config) });
});
