import { fragmentsRpc, identityRpc } from '@entrepot/contracts';
import { FragmentsModule } from '@entrepot/fragments';
import { AuthModule } from '@entrepot/platform-auth';
import { urlList, type ConfigOf, type fragmentsConfig, type s3Config } from '@entrepot/platform-config';
import { DatabaseModule, type DatabaseSettings } from '@entrepot/platform-database';
import { MessagingModule } from '@entrepot/platform-messaging';
import { ObjectStoreModule } from '@entrepot/platform-object-store';
import { RpcModule } from '@entrepot/platform-rpc';
import { Module, type DynamicModule } from '@nestjs/common';

interface FragmentsConfig {
  readonly database: DatabaseSettings;
  readonly nats: { readonly url: string };
  /** Null when the objects are in a folder. */
  readonly s3: { readonly [Key in keyof ConfigOf<typeof s3Config>]: string } | null;
  readonly fragments: ConfigOf<typeof fragmentsConfig>;
  readonly locations: { readonly info: string; readonly fragments: string };
  readonly rpc: { readonly host: string; readonly port: number };
  readonly remotes: { readonly identity: string };
}

/** The bytes of packages: the only program that touches the object store. */
@Module({})
export class AppModule {
  static with({ database, nats, s3, fragments, locations, rpc, remotes }: FragmentsConfig): DynamicModule {
    const { objectDirectory, acceleratedPrefix, scrubDays, keepDeletedDays, repairSources } = fragments;
    return {
      module: AppModule,
      imports: [
        DatabaseModule.forRoot(database),
        MessagingModule.jetstream(nats),
        s3 === null ? ObjectStoreModule.disk({ directory: objectDirectory ?? '' }) : ObjectStoreModule.s3(s3),
        RpcModule.clients([{ definition: identityRpc, address: remotes.identity }]),
        RpcModule.server([fragmentsRpc], rpc),
        AuthModule,
        FragmentsModule.register({
          infoLocation: locations.info,
          fragmentLocation: locations.fragments,
          acceleratedPrefix: acceleratedPrefix ?? null,
          scrubDays,
          keepDeletedDays,
          repairSources: urlList(repairSources),
        }),
      ],
    };
  }
}
