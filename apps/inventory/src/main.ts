import {
  distributedParts,
  loadConfig,
  required,
  rpcClientsConfig,
  rpcServerConfig,
} from '@entrepot/platform-config';
import { runMain, startProgram } from '@entrepot/platform-program';
import { AppModule } from './app.module.js';

const parts = {
  ...distributedParts,
  rpc: rpcServerConfig,
  remotes: required(rpcClientsConfig, 'activation', 'identity'),
};

runMain(async () => {
  const config = loadConfig(parts);
  await startProgram({ name: 'inventory', ...config, module: AppModule.with(config) });
});
