import {
  distributedParts,
  loadConfig,
  required,
  rpcClientsConfig,
  rpcServerConfig,
  s3Config,
} from '@entrepot/platform-config';
import { runMain, startProgram } from '@entrepot/platform-program';
import { AppModule } from './app.module.js';

const parts = {
  ...distributedParts,
  s3: required(s3Config),
  rpc: rpcServerConfig,
  remotes: required(rpcClientsConfig, 'identity'),
};

runMain(async () => {
  const config = loadConfig(parts);
  await startProgram({ name: 'fragments', ...config, module: AppModule.with(config) });
});
