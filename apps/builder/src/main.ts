import {
  distributedParts,
  loadConfig,
  locationsConfig,
  required,
  rpcClientsConfig,
} from '@entrepot/platform-config';
import { runMain, startProgram } from '@entrepot/platform-program';
import { AppModule } from './app.module.js';

const parts = {
  ...distributedParts,
  locations: required(locationsConfig),
  remotes: required(rpcClientsConfig, 'fragments', 'identity'),
};

runMain(async () => {
  const config = loadConfig(parts);
  await startProgram({ name: 'builder', ...config, module: AppModule.with(config) });
});
