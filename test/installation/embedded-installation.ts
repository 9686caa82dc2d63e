import { join } from 'node:path';
import { removeDirectory, startPostgres, temporaryDirectory, type RunningPostgres } from '@entrepot/testing';
import { embeddedProgram, type EmbeddedProgram } from './embedded-program.js';
import type { Installation } from './installation.js';
import type { Program } from './program.js';

const ADMIN_PASSWORD = 'journey-password';

/** One process, objects on disk, and a Postgres that tests can query. */
export class EmbeddedInstallation implements Installation {
  readonly mode = 'embedded';
  readonly adminPassword = ADMIN_PASSWORD;

  private constructor(
    private readonly embedded: EmbeddedProgram,
    readonly postgres: RunningPostgres,
    readonly databaseUrl: string,
    private readonly directory: string,
  ) {}

  static async start(): Promise<EmbeddedInstallation> {
    const directory = await temporaryDirectory('embedded');
    const postgres = await startPostgres();
    const databaseUrl = await postgres.createDatabase('entrepot');
    const embedded = await embeddedProgram(directory, {
      DATABASE_URL: databaseUrl,
      ENTREPOT_ADMIN_PASSWORD: ADMIN_PASSWORD,
    });
    const installation = new EmbeddedInstallation(embedded, postgres, databaseUrl, directory);
    await embedded.program.start();
    return installation;
  }

  get program(): Program {
    return this.embedded.program;
  }

  get httpUrl(): string {
    return this.program.httpUrl;
  }

  /** Folder of the stored objects, for tests that damage them. */
  get objectDirectory(): string {
    return join(this.embedded.dataDirectory, 'objects');
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
