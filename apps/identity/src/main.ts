import {
  adminConfig,
  apiPartsConfig,
  distributedParts,
  loadConfig,
  required,
  rpcServerConfig,
} from '@entrepot/platform-config';
import { runMain, startProgram } from '@entrepot/platform-program';
import { AppModule } from './app.module.js';

const parts = {
  ...distributedParts,
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
