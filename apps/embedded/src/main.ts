import { isIPv6 } from 'node:net';
import { hostname } from 'node:os';
import {
  activationConfig,
  adminConfig,
  builderConfig,
  databaseConfig,
  fragmentsConfig,
  httpConfig,
  loadConfig,
  locationsConfig,
  logConfig,
  urlList,
} from '@entrepot/platform-config';
import { ensureLocalCa, stopOnSignals } from '@entrepot/platform-http';
import { runMain, startProgram } from '@entrepot/platform-program';
import { Log } from '@entrepot/platform-telemetry';
import { AppModule } from './app.module.js';
import { DataDirectory } from './data-directory.js';
import { openDatabase } from './open-database.js';
import { welcome } from './welcome.js';

const parts = {
  http: httpConfig,
  log: logConfig,
  database: databaseConfig,
  admin: adminConfig,
  locations: locationsConfig,
  builder: builderConfig,
  fragments: fragmentsConfig,
  activation: activationConfig,
};

/** Addresses to listen on that are no address to be reached at. */
const EVERY_ADDRESS = new Set(['0.0.0.0', '::']);

runMain(async () => {
  const config = loadConfig(parts);
  const { http, locations } = config;
  const publicHost = http.publicHost ?? (EVERY_ADDRESS.has(http.host) ? hostname() : http.host);
  const directory = await DataDirectory.claim(http.dataDirectory);
  const tls = await ensureLocalCa(directory.path, [publicHost]);
  const database = await openDatabase(config.database, directory);
  let generatedPassword: string | null = null;
  const publicName = isIPv6(publicHost) ? `[${publicHost}]` : publicHost;
  try {
    const module = AppModule.with({
      database,
      objectDirectory: directory.file('objects'),
      maxInflatedBytes: http.maxInflatedBytes,
      infoLocation: locations.info ?? `${publicName}:${String(http.httpsPort)}/download`,
      fragmentLocation: locations.fragments ?? `${publicName}:${String(http.httpPort)}/download`,
      caFile: config.activation.caFile ?? directory.file('tls/cacert.pem'),
      quotaBytes: config.builder.quotaBytes ?? null,
      virusScanner: config.builder.virusScanner ?? null,
      scrubDays: config.fragments.scrubDays,
      keepDeletedDays: config.fragments.keepDeletedDays,
      repairSources: urlList(config.fragments.repairSources),
      adminPassword: config.admin.password ?? null,
      onGeneratedPassword: async (password) => {
        generatedPassword = password;
        await directory.writeSecret('admin-password', password);
      },
    });
    const started = await startProgram({ name: 'embedded', ...config, module, tls, signals: false });
    const close = async (): Promise<void> => {
      await started.app.close();
      await database.stop();
      await directory.release();
    };
    stopOnSignals({ close }, started.app.get(Log));
    process.stdout.write(welcome(started, generatedPassword, directory.path));
  } catch (error) {
    await database.stop();
    await directory.release();
    throw error;
  }
});
