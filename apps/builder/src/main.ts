import {
  builderConfig,
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
  builder: builderConfig,
  locations: required(locationsConfig),
  remotes: required(rpcClientsConfig, 'fragments', 'activation', 'identity'),
};

runMain(async () => {
  const config = loadConfig(parts);
  await startProgram({ name: 'builder', ...config, module: AppModule.with(config) });
});
