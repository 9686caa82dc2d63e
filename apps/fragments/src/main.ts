import {
  distributedParts,
  fragmentsConfig,
  loadConfig,
  locationsConfig,
  required,
  rpcClientsConfig,
  rpcServerConfig,
  s3Config,
} from '@entrepot/platform-config';
import { runMain, startProgram } from '@entrepot/platform-program';
import { AppModule } from './app.module.js';

const parts = {
  ...distributedParts,
  fragments: fragmentsConfig,
  locations: required(locationsConfig),
  rpc: rpcServerConfig,
  remotes: required(rpcClientsConfig, 'identity'),
};

runMain(async () => {
  const { objectDirectory } = loadConfig({ fragments: fragmentsConfig }).fragments;
  const config =
    objectDirectory === undefined
      ? loadConfig({ ...parts, s3: required(s3Config) })
      : { ...loadConfig(parts), s3: null };
  await startProgram({ name: 'fragments', ...config, module: AppModule.with(config) });
});
