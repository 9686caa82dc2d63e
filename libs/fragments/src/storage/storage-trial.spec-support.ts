import {
  fragmentsRpc,
  identityRpc,
  integrityFailed,
  integrityRestored,
  packageDeleted,
  packageFreed,
  packageReleased,
  packageVerified,
  verifyPackageJob,
  type BlobAddress,
  type EventDefinition,
  type EventOf,
  type FragmentsRpc,
  type IdentityRpc,
  type PublishedBlob,
} from '@entrepot/contracts';
import type { FileId } from '@entrepot/kernel';
import { fragmentName } from '@entrepot/ocs-wire';
import { AuthModule } from '@entrepot/platform-auth';
import { DatabaseModule } from '@entrepot/platform-database';
import { createHttpApp, listen } from '@entrepot/platform-http';
import { Consumes, EventBus, MessagingModule, Outbox } from '@entrepot/platform-messaging';
import { ObjectStore, ObjectStoreModule } from '@entrepot/platform-object-store';
import { TelemetryModule } from '@entrepot/platform-telemetry';
import { Controller, Module, type Abstract, type DynamicModule } from '@nestjs/common';
import { Payload, type MicroserviceOptions } from '@nestjs/microservices';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { FragmentsModule } from '../index.js';
import { PublishedBlobRepository } from './published-blob.repository.js';

/** What others would hear of stored bytes, in the order of its arrival. */
@Controller()
class Heard {
  readonly failed: EventOf<typeof integrityFailed>[] = [];
  readonly restored: EventOf<typeof integrityRestored>[] = [];
  readonly verified: EventOf<typeof packageVerified>[] = [];
  readonly freed: string[] = [];
  readonly jobs: string[] = [];

  @Consumes(integrityFailed, 'trial.hear-failed')
  onFailed(@Payload() event: EventOf<typeof integrityFailed>): void {
    this.failed.push(event);
  }

  @Consumes(integrityRestored, 'trial.hear-restored')
  onRestored(@Payload() event: EventOf<typeof integrityRestored>): void {
    this.restored.push(event);
  }

  @Consumes(packageVerified, 'trial.hear-verified')
  onVerified(@Payload() event: EventOf<typeof packageVerified>): void {
    this.verified.push(event);
  }

  @Consumes(packageFreed, 'trial.hear-freed')
  onFreed(@Payload() { fileId }: EventOf<typeof packageFreed>): void {
    this.freed.push(fileId);
  }

  @Consumes(verifyPackageJob, 'trial.hear-jobs')
  onJob(@Payload() { fileId }: EventOf<typeof verifyPackageJob>): void {
    this.jobs.push(fileId);
  }
}

const identity: IdentityRpc = {
  authenticate: () => Promise.resolve({ accountId: '019355aa-0000-7000-8000-00000000000a', name: 'admin' }),
};

@Module({})
class TrialProgram {
  static with({ databaseUrl, store, repairSources = [] }: TrialOptions): DynamicModule {
    return {
      module: TrialProgram,
      global: true,
      imports: [
        TelemetryModule.forProgram({ name: 'fragments', logLevel: 'silent' }),
        DatabaseModule.forRoot({ url: databaseUrl }),
        MessagingModule.memory(),
        store,
        AuthModule,
        FragmentsModule.register({
          infoLocation: 'here:8443/download',
          fragmentLocation: 'here:8080/download',
          acceleratedPrefix: null,
          scrubDays: 30,
          keepDeletedDays: 30,
          repairSources,
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
  readonly store: DynamicModule;
  readonly repairSources?: readonly string[];
}

let lastFileId = 1_700_000_000;

export function newFileId(): FileId {
  lastFileId += 1;
  return String(lastFileId) as FileId;
}

/** For this lib's specs: a fragments program that listens, on a store of the spec's choice. */
export class StorageTrial {
  private constructor(
    private readonly app: NestFastifyApplication,
    readonly origin: string,
  ) {}

  static async start(options: TrialOptions): Promise<StorageTrial> {
    const app = await createHttpApp(TrialProgram.with(options));
    app.connectMicroservice<MicroserviceOptions>({ strategy: app.get(EventBus) });
    await app.startAllMicroservices();
    const { httpUrl } = await listen(app, { host: '127.0.0.1', httpPort: 0, signals: false });
    return new StorageTrial(app, httpUrl);
  }

  static onDisk(databaseUrl: string, directory: string): Promise<StorageTrial> {
    return StorageTrial.start({ databaseUrl, store: ObjectStoreModule.disk({ directory }) });
  }

  stop(): Promise<void> {
    return this.app.close();
  }

  get<Provider>(type: Abstract<Provider>): Provider {
    return this.app.get(type, { strict: false });
  }

  get rpc(): FragmentsRpc {
    return this.app.get<FragmentsRpc>(fragmentsRpc.token, { strict: false });
  }

  get heard(): Heard {
    return this.app.get(Heard, { strict: false });
  }

  get database(): DataSource {
    return this.get(DataSource);
  }

  async put(address: BlobAddress, bytes: Buffer): Promise<PublishedBlob> {
    async function* messages(): AsyncGenerator<{ address: BlobAddress } | { chunk: Uint8Array }> {
      yield { address };
      for (let at = 0; at < bytes.length; at += 10_000) yield { chunk: bytes.subarray(at, at + 10_000) };
    }
    return { name: address.name, ...(await this.rpc.putBlob(messages())) };
  }

  /** Stores the fragments and an info file, unless told one that no other package has. */
  async store(fileId: FileId, fragments: readonly Buffer[], info?: string): Promise<PublishedBlob[]> {
    const files = fragments.map((bytes, index) => [fragmentName(fileId, index + 1), bytes] as const);
    const all = [...files, ['info', Buffer.from(info ?? `<DOWNLOAD ID="${fileId}" />`)] as const];
    return Promise.all(all.map(([name, bytes]) => this.put({ area: 'package', owner: fileId, name }, bytes)));
  }

  async publish(fragments: readonly Buffer[], fileId = newFileId()): Promise<FileId> {
    await this.rpc.publishPackage({ fileId, blobs: await this.store(fileId, fragments) });
    return fileId;
  }

  /** What an agent is answered: the bytes, or the status when it is not 200. */
  async download(fileId: string, name: string): Promise<Buffer | number> {
    const response = await fetch(`${this.origin}/download/${fileId}/${name}`);
    const body = Buffer.from(await response.arrayBuffer());
    return response.status === 200 ? body : response.status;
  }

  /** Tells this program an event, as another context would. */
  async tell<Payload>(event: EventDefinition<Payload>, payload: Payload): Promise<void> {
    const outbox = this.get(Outbox);
    await outbox.transaction((tx) => Promise.resolve(tx.publish(event, payload, 'trial')));
  }

  tellDeleted(fileId: FileId, { immediately = false, at = new Date() } = {}): Promise<void> {
    const built = { packageId: randomUUID(), fileId, name: 'trial', version: 1 };
    return this.tell(packageDeleted, { ...built, immediately, at: at.toISOString() });
  }

  tellReleased(fileId: FileId): Promise<void> {
    return this.tell(packageReleased, { packageId: randomUUID(), fileId, at: new Date().toISOString() });
  }

  /** Two seconds later, so to speak. */
  forget(): void {
    this.get(PublishedBlobRepository).forget();
  }

  /** The key of the object that has the bytes of a published file. */
  async keyOf(fileId: string, name: string): Promise<string | undefined> {
    const rows: { readonly key: string }[] = await this.database.query(
      'SELECT object_key AS key FROM published_blob JOIN content USING (sha256) WHERE file_id = $1 AND name = $2',
      [fileId, name],
    );
    return rows[0]?.key;
  }

  /** The keys of all objects in the store. */
  async keys(prefix = ''): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of this.get(ObjectStore).list(prefix)) keys.push(key);
    return keys;
  }

  /** Calls the API as an operator. */
  async call(method: 'GET' | 'POST', path: string): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${this.origin}/api/v1/${path}`, {
      method,
      headers: { authorization: 'Bearer t' },
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  }
}
