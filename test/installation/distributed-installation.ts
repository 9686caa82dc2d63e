import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  freePorts,
  removeDirectory,
  startNats,
  startPostgres,
  temporaryDirectory,
  type Restartable,
  type RunningNats,
  type RunningPostgres,
  type S3Access,
} from '@entrepot/testing';
import { openFrontDoor } from './front-door.js';
import type { Installation } from './installation.js';
import { WORKSPACE } from './program.js';
import { startProgramSet, stopProgramSet, type ProgramSet } from './program-set.js';

const ADMIN_PASSWORD = 'journey-password';

interface Parts {
  readonly directory: string;
  readonly postgres: RunningPostgres;
  readonly nats: RunningNats;
  /** Whoever started it ends it. */
  readonly s3: S3Access & { readonly bucket: string };
  readonly frontDoor: Restartable;
  readonly programs: ProgramSet;
  /** What all programs are told, whichever set they belong to. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Each program its own process, with a real NATS, S3 server, Postgres and nginx. */
export class DistributedInstallation implements Installation {
  readonly mode = 'distributed';
  readonly adminPassword = ADMIN_PASSWORD;

  constructor(
    readonly parts: Parts,
    readonly databaseUrl: string,
    readonly httpUrl: string,
  ) {}

  /** Starts one more process of each program, on the same Postgres, NATS and store; who asks for it stops it. */
  startAnotherSet(): Promise<ProgramSet> {
    return startProgramSet(this.parts.settings, this.parts.directory);
  }

  /** Folder of the certificate that a front door serves https with. */
  get tlsDirectory(): string {
    return tlsBelow(this.parts.directory);
  }

  async stop(): Promise<void> {
    const { programs, frontDoor, nats, postgres, directory } = this.parts;
    await frontDoor.stop();
    await stopProgramSet(programs);
    await Promise.all([nats.stop(), postgres.stop()]);
    await removeDirectory(directory);
  }
}

/** @param s3 where it gets a bucket of its own */
export async function startDistributed(s3: S3Access): Promise<DistributedInstallation> {
  const directory = await temporaryDirectory('distributed');
  const [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
  const bucket = `entrepot-${randomBytes(4).toString('hex')}`;
  const databaseUrl = await postgres.createDatabase('entrepot');
  await makeCertificate(directory);
  const [httpPort = 0, httpsPort = 0] = await freePorts(2);
  const settings = {
    DATABASE_URL: databaseUrl,
    NATS_URL: nats.url,
    S3_ENDPOINT: s3.endpoint,
    S3_ACCESS_KEY: s3.accessKey,
    S3_SECRET_KEY: s3.secretKey,
    S3_REGION: s3.region,
    S3_BUCKET: bucket,
    ENTREPOT_ADMIN_PASSWORD: ADMIN_PASSWORD,
    ENTREPOT_DATABASE_POOL: '10',
    ENTREPOT_TRUSTED_PROXIES: '127.0.0.1/32',
    ENTREPOT_CA_FILE: join(tlsBelow(directory), 'cacert.pem'),
    ENTREPOT_INFO_LOCATION: `127.0.0.1:${httpsPort}/download`,
    ENTREPOT_FRAGMENT_LOCATION: `127.0.0.1:${httpPort}/download`,
  };
  const programs = await startProgramSet(settings, directory);
  const frontDoor = await openFrontDoor({
    httpPort,
    httpsPort,
    tlsDirectory: tlsBelow(directory),
    sets: [programs],
  });
  const parts = { directory, postgres, nats, s3: { ...s3, bucket }, frontDoor, programs, settings };
  return new DistributedInstallation(parts, databaseUrl, `http://127.0.0.1:${httpPort}`);
}

function tlsBelow(directory: string): string {
  return join(directory, 'tls');
}

/** What the container `certificates` of compose does: nginx gets all that it serves, and not the authority's key. */
async function makeCertificate(directory: string): Promise<void> {
  const main = join(WORKSPACE, 'apps/embedded/dist/make-certificate.js');
  const folders = [join(directory, 'authority'), tlsBelow(directory)];
  await promisify(execFile)(process.execPath, [main, ...folders, '127.0.0.1']);
}
