import {
  filesServed,
  fragmentsRpc,
  identityRpc,
  type BlobAddress,
  type EventDefinition,
  type EventOf,
  type FragmentsRpc,
  type IdentityRpc,
} from '@entrepot/contracts';
import type { FileId } from '@entrepot/kernel';
import { fragmentName } from '@entrepot/ocs-wire';
import { AuthModule } from '@entrepot/platform-auth';
import { DatabaseModule } from '@entrepot/platform-database';
import { createHttpApp, listen } from '@entrepot/platform-http';
import { Consumes, EventBus, MessagingModule, Outbox } from '@entrepot/platform-messaging';
import { ObjectStoreModule } from '@entrepot/platform-object-store';
import { TelemetryModule } from '@entrepot/platform-telemetry';
import { removeDirectory, temporaryDirectory } from '@entrepot/testing';
import { Controller, Module, type Abstract, type DynamicModule } from '@nestjs/common';
import { Payload, type MicroserviceOptions } from '@nestjs/microservices';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { FragmentsModule } from '../index.js';

export type Access = EventOf<typeof filesServed>['accesses'][number];

const identity: IdentityRpc = {
  authenticate: () => Promise.resolve({ accountId: '019355aa-0000-7000-8000-00000000000a', name: 'admin' }),
};

/** What was published of downloads, as another context hears it. */
@Controller()
class Heard {
  readonly batches: Access[][] = [];

  @Consumes(filesServed, 'trial.hear-files')
  served(@Payload() event: EventOf<typeof filesServed>): void {
    this.batches.push(event.accesses);
  }
}

@Module({})
class TrialProgram {
  static with(
    url: string,
    directory: string,
    acceleratedPrefix: string | null,
    fragmentLocation: string,
  ): DynamicModule {
    return {
      module: TrialProgram,
      global: true,
      imports: [
        TelemetryModule.forProgram({ name: 'fragments', logLevel: 'silent' }),
        DatabaseModule.forRoot({ url }),
        MessagingModule.memory(),
        ObjectStoreModule.disk({ directory }),
        AuthModule,
        FragmentsModule.register({
          infoLocation: 'here:8443/download',
          fragmentLocation,
          acceleratedPrefix,
          scrubDays: 30,
          keepDeletedDays: 30,
          repairSources: [],
        }),
      ],
      controllers: [Heard],
      providers: [{ provide: identityRpc.token, useValue: identity }],
      exports: [identityRpc.token],
    };
  }
}

interface TrialOptions {
  readonly databaseUrl: string;
  /** As for nginx, which is then to be asked instead. */
  readonly acceleratedPrefix?: string;
  /** Port to listen on, which the fragment location then names; any, which it does not name, unless told. */
  readonly httpPort?: number;
  /** Whose X-Forwarded-For is believed, so that one machine can play many. */
  readonly trustedProxies?: readonly string[];
}

/** For this lib's specs: a fragments program that listens, with its objects in a fresh folder. */
export class DownloadTrial {
  private lastFileId = 1_700_000_000;

  private constructor(
    private readonly app: NestFastifyApplication,
    readonly origin: string,
    readonly directory: string,
  ) {}

  static async start({
    databaseUrl,
    acceleratedPrefix,
    httpPort = 0,
    trustedProxies = [],
  }: TrialOptions): Promise<DownloadTrial> {
    const directory = await temporaryDirectory('fragments');
    const location = httpPort === 0 ? 'here:8080/download' : `127.0.0.1:${httpPort}/download`;
    const program = TrialProgram.with(databaseUrl, directory, acceleratedPrefix ?? null, location);
    const app = await createHttpApp(program, { trustedProxies });
    app.connectMicroservice<MicroserviceOptions>({ strategy: app.get(EventBus) });
    await app.startAllMicroservices();
    const { httpUrl } = await listen(app, { host: '127.0.0.1', httpPort, signals: false });
    return new DownloadTrial(app, httpUrl, directory);
  }

  async stop(): Promise<void> {
    await this.app.close();
    await removeDirectory(this.directory);
  }

  get<Provider>(type: Abstract<Provider>): Provider {
    return this.app.get(type, { strict: false });
  }

  /** All that was heard of downloads of a package. */
  heardOf(fileId: string): Access[] {
    const { batches } = this.app.get(Heard, { strict: false });
    return batches.flat().filter((access) => access.fileId === fileId);
  }

  /** How many accesses each event had. */
  batchSizes(): number[] {
    return this.app.get(Heard, { strict: false }).batches.map((batch) => batch.length);
  }

  /** Publishes a package with these fragments, and answers its file id. */
  async publish(fragments: readonly Buffer[], info = '<DOWNLOAD />'): Promise<FileId> {
    this.lastFileId += 1;
    const fileId = String(this.lastFileId) as FileId;
    const files = fragments.map((bytes, index) => [fragmentName(fileId, index + 1), bytes] as const);
    const rpc = this.app.get<FragmentsRpc>(fragmentsRpc.token, { strict: false });
    const put = async (name: string, bytes: Buffer) => {
      const address: BlobAddress = { area: 'package', owner: fileId, name };
      async function* messages(): AsyncGenerator<{ address: BlobAddress } | { chunk: Uint8Array }> {
        yield { address };
        yield { chunk: bytes };
      }
      return { name, ...(await rpc.putBlob(messages())) };
    };
    const all = [...files, ['info', Buffer.from(info)] as const];
    const blobs = await Promise.all(all.map(([name, bytes]) => put(name, bytes)));
    await rpc.publishPackage({ fileId, blobs });
    return fileId;
  }

  /** The file that has the bytes of a published file. */
  async objectOf(fileId: string, name: string): Promise<string> {
    const [row] = await this.database.query<{ key: string }[]>(
      'SELECT object_key AS key FROM published_blob JOIN content USING (sha256) WHERE file_id = $1 AND name = $2',
      [fileId, name],
    );
    return join(this.directory, 'objects', row?.key ?? 'none');
  }

  /** Tells this program an event, as another context would. */
  async tell<Payload>(event: EventDefinition<Payload>, payload: Payload): Promise<void> {
    const outbox = this.get(Outbox);
    await outbox.transaction((tx) => Promise.resolve(tx.publish(event, payload, 'trial')));
  }

  /** Calls the API as an operator. */
  async call<Body>(method: string, path: string, body?: object): Promise<{ status: number; body: Body }> {
    const response = await fetch(`${this.origin}/api/v1/${path}`, {
      method,
      headers: { authorization: 'Bearer t', ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as Body };
  }

  get database(): DataSource {
    return this.get(DataSource);
  }
}
