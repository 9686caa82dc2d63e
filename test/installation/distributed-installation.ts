import { join } from 'node:path';
import { ensureLocalCa } from '@entrepot/platform-http';
import {
  freePorts,
  removeDirectory,
  startNats,
  startPostgres,
  startS3,
  temporaryDirectory,
  type RunningNats,
  type RunningNginx,
  type RunningPostgres,
  type RunningS3,
} from '@entrepot/testing';
import { openFrontDoor } from './front-door.js';
import type { Installation } from './installation.js';
import { Program } from './program.js';

const ADMIN_PASSWORD = 'journey-password';
export const PROGRAMS = ['identity', 'inventory', 'fragments', 'activation', 'builder'] as const;
export type ProgramName = (typeof PROGRAMS)[number];

interface Parts {
  readonly directory: string;
  readonly postgres: RunningPostgres;
  readonly nats: RunningNats;
  readonly s3: RunningS3;
  readonly frontDoor: RunningNginx;
  readonly programs: Readonly<Record<ProgramName, Program>>;
}

/** Each program its own process, with a real NATS, S3 server, Postgres and nginx. */
export class DistributedInstallation implements Installation {
  readonly mode = 'distributed';
  readonly adminPassword = ADMIN_PASSWORD;

  constructor(
    readonly parts: Parts,
    readonly databaseUrl: string,
    private readonly httpPort: number,
    private readonly httpsPort: number,
  ) {}

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
    return join(this.parts.directory, 'tls/cacert.pem');
  }

  async stop(): Promise<void> {
    const { programs, frontDoor, nats, s3, postgres, directory } = this.parts;
    await frontDoor.stop();
    await Promise.all(Object.values(programs).map((program) => program.stop()));
    await Promise.all([nats.stop(), s3.stop(), postgres.stop()]);
    await removeDirectory(directory);
  }
}

export async function startDistributed(): Promise<DistributedInstallation> {
  const directory = await temporaryDirectory('distributed');
  const [postgres, nats, s3] = await Promise.all([startPostgres(), startNats(), startS3()]);
  const databaseUrl = await postgres.createDatabase('entrepot');
  await ensureLocalCa(directory, ['127.0.0.1']);
  const [httpPort = 0, httpsPort = 0] = await freePorts(2);
  const http = await portsFor();
  const rpc = await portsFor();
  const shared = {
    DATABASE_URL: databaseUrl,
    NATS_URL: nats.url,
    S3_ENDPOINT: s3.endpoint,
    S3_ACCESS_KEY: s3.accessKey,
    S3_SECRET_KEY: s3.secretKey,
    S3_REGION: s3.region,
    ENTREPOT_ADMIN_PASSWORD: ADMIN_PASSWORD,
    ENTREPOT_DATABASE_POOL: '10',
    ENTREPOT_TRUSTED_PROXIES: '127.0.0.1/32',
    ENTREPOT_INFO_LOCATION: `127.0.0.1:${httpsPort}/download`,
    ENTREPOT_FRAGMENT_LOCATION: `127.0.0.1:${httpPort}/download`,
    ENTREPOT_ACTIVATION_RPC: `127.0.0.1:${rpc.activation}`,
    ENTREPOT_INVENTORY_RPC: `127.0.0.1:${rpc.inventory}`,
    ENTREPOT_FRAGMENTS_RPC: `127.0.0.1:${rpc.fragments}`,
    ENTREPOT_IDENTITY_RPC: `127.0.0.1:${rpc.identity}`,
    ENTREPOT_API_PARTS: PROGRAMS.filter((name) => name !== 'identity')
      .map((name) => `http://127.0.0.1:${http[name]}`)
      .join(','),
  };
  const programs = Object.fromEntries(
    PROGRAMS.map((name) => [
      name,
      new Program(
        name,
        http[name],
        { ...shared, ENTREPOT_HTTP_PORT: String(http[name]), ENTREPOT_RPC_PORT: String(rpc[name]) },
        directory,
      ),
    ]),
  ) as Record<ProgramName, Program>;
  await Promise.all(Object.values(programs).map((program) => program.start()));
  const frontDoor = await openFrontDoor({
    httpPort,
    httpsPort,
    tlsDirectory: join(directory, 'tls'),
    programPorts: http,
  });
  const parts = { directory, postgres, nats, s3, frontDoor, programs };
  return new DistributedInstallation(parts, databaseUrl, httpPort, httpsPort);
}

async function portsFor(): Promise<Record<ProgramName, number>> {
  const ports = await freePorts(PROGRAMS.length);
  return Object.fromEntries(PROGRAMS.map((name, i) => [name, ports[i]])) as Record<ProgramName, number>;
}
