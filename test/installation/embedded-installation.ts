import { join } from 'node:path';
import {
  freePorts,
  removeDirectory,
  startPostgres,
  temporaryDirectory,
  type RunningPostgres,
} from '@entrepot/testing';
import type { Installation } from './installation.js';
import { Program } from './program.js';

const ADMIN_PASSWORD = 'journey-password';

/** `npm start` without the installing and building: one process, objects on disk, a Postgres that tests can query. */
export class EmbeddedInstallation implements Installation {
  readonly mode = 'embedded';
  readonly adminPassword = ADMIN_PASSWORD;

  private constructor(
    readonly program: Program,
    readonly postgres: RunningPostgres,
    readonly databaseUrl: string,
    private readonly directory: string,
    private readonly httpPort: number,
    private readonly httpsPort: number,
  ) {}

  static async start(): Promise<EmbeddedInstallation> {
    const directory = await temporaryDirectory('embedded');
    const postgres = await startPostgres();
    const databaseUrl = await postgres.createDatabase('entrepot');
    const [httpPort = 0, httpsPort = 0] = await freePorts(2);
    const program = new Program(
      'embedded',
      httpPort,
      {
        DATABASE_URL: databaseUrl,
        ENTREPOT_HTTP_PORT: String(httpPort),
        ENTREPOT_HTTPS_PORT: String(httpsPort),
        ENTREPOT_DATA_DIR: join(directory, 'data'),
        ENTREPOT_ADMIN_PASSWORD: ADMIN_PASSWORD,
      },
      directory,
    );
    const installation = new EmbeddedInstallation(
      program,
      postgres,
      databaseUrl,
      directory,
      httpPort,
      httpsPort,
    );
    await program.start();
    return installation;
  }

  get httpUrl(): string {
    return `http://127.0.0.1:${this.httpPort}`;
  }

  get httpsUrl(): string {
    return `https://127.0.0.1:${this.httpsPort}`;
  }

  get infoLocation(): string {
    return `127.0.0.1:${this.httpsPort}/download`;
  }

  get fragmentLocation(): string {
    return `127.0.0.1:${this.httpPort}/download`;
  }

  get caFile(): string {
    return join(this.directory, 'data/tls/cacert.pem');
  }

  /** Folder of the stored objects, for tests that damage them. */
  get objectDirectory(): string {
    return join(this.directory, 'data/objects');
  }

  async stop(): Promise<void> {
    await this.program.stop();
    await this.postgres.stop();
    await removeDirectory(this.directory);
  }
}

export function startEmbedded(): Promise<EmbeddedInstallation> {
  return EmbeddedInstallation.start();
}
