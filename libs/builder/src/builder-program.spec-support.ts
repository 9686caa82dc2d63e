import { activationRpc, fragmentsRpc, identityRpc, type IdentityRpc } from '@entrepot/contracts';
import { AuthModule } from '@entrepot/platform-auth';
import { DatabaseModule } from '@entrepot/platform-database';
import { createHttpApp, listen } from '@entrepot/platform-http';
import { EventBus, MessagingModule } from '@entrepot/platform-messaging';
import { TelemetryModule } from '@entrepot/platform-telemetry';
import { Module, type Abstract, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { DataSource } from 'typeorm';
import type { FragmentsOnDisk } from './fragments-on-disk.spec-support.js';
import { BuilderModule, type BuilderOptions } from './index.js';
import type { PackageView } from './packages/package-view.js';
import { RecordedWithdrawals } from './recorded-withdrawals.spec-support.js';
import { PruneUploads } from './uploads/prune-uploads.js';

const identity: IdentityRpc = {
  authenticate: () => Promise.resolve({ accountId: '019355aa-0000-7000-8000-00000000000a', name: 'admin' }),
};

/** What a builder has around it. */
export interface BuilderSurroundings {
  readonly fragments: FragmentsOnDisk;
  readonly activation?: RecordedWithdrawals;
  /** What differs from an ordinary installation. */
  readonly options?: Partial<BuilderOptions>;
}

@Module({})
class BuilderProgram {
  static with(url: string, { fragments, activation, options }: BuilderSurroundings): DynamicModule {
    const builder = BuilderModule.register({
      infoLocation: 'ocs.example:8443/download',
      quotaBytes: null,
      virusScanner: null,
      fragmentLocation: 'ocs.example:8080/download',
      ...options,
    });
    const rpc: FactoryProvider[] = [
      { provide: fragmentsRpc.token, useFactory: () => fragments },
      { provide: activationRpc.token, useFactory: () => activation ?? new RecordedWithdrawals() },
      { provide: identityRpc.token, useFactory: () => identity },
    ];
    return {
      module: BuilderProgram,
      global: true,
      imports: [
        TelemetryModule.forProgram({ name: 'builder', logLevel: 'silent' }),
        DatabaseModule.forRoot({ url }),
        MessagingModule.memory(),
        AuthModule,
        builder,
      ],
      providers: rpc,
      exports: [activationRpc.token, fragmentsRpc.token, identityRpc.token],
    };
  }
}

export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
}

/** A builder that listens, as a client of its API sees it. */
export interface RunningBuilder {
  readonly origin: string;
  readonly database: DataSource;
  get<Provider>(type: Abstract<Provider>): Provider;
  call<Body = Record<string, unknown>>(method: string, path: string, body?: object): Promise<Answer<Body>>;
  /** Creates a package; a name is made up. */
  create(settings: object): Promise<PackageView>;
  /** Sends an archive in one go. */
  upload(view: PackageView, archive: Buffer): Promise<void>;
  stop(): Promise<void>;
}

export const TUS = { authorization: 'Bearer t', 'tus-resumable': '1.0.0' };
let packages = 0;

export async function startBuilder(url: string, surroundings: BuilderSurroundings): Promise<RunningBuilder> {
  const app = await createHttpApp(BuilderProgram.with(url, surroundings));
  app.connectMicroservice<MicroserviceOptions>({ strategy: app.get(EventBus) });
  await app.startAllMicroservices();
  const origin = (await listen(app, { host: '127.0.0.1', httpPort: 0, signals: false })).httpUrl;
  const call = async <Body>(method: string, path: string, body?: object): Promise<Answer<Body>> => {
    const headers = { authorization: 'Bearer t', ...(body && { 'content-type': 'application/json' }) };
    const response = await fetch(origin + path, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as Body };
  };
  const create = async (settings: object): Promise<PackageView> => {
    packages += 1;
    const { status, body } = await call<PackageView>('POST', '/api/v1/packages', {
      name: `p${packages}`,
      ...settings,
    });
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body;
  };
  const upload = async (view: PackageView, archive: Buffer): Promise<void> => {
    const headers = {
      ...TUS,
      'upload-offset': '0',
      'upload-length': String(archive.length),
      'content-type': 'application/offset+octet-stream',
    };
    const response = await fetch(origin + (view.upload?.url ?? ''), {
      method: 'PATCH',
      headers,
      body: archive,
    });
    if (response.status !== 204) throw new Error(await response.text());
  };
  const get = <Provider>(type: Abstract<Provider>): Provider => app.get(type, { strict: false });
  // What it does at its start must not fall into a test.
  await get(PruneUploads).idle();
  return { origin, database: get(DataSource), get, call, create, upload, stop: () => app.close() };
}
