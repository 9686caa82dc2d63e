import { BuilderModule } from '@entrepot/builder';
import { activationRpc, fragmentsRpc, identityRpc } from '@entrepot/contracts';
import { AuthModule } from '@entrepot/platform-auth';
import { DatabaseModule, type DatabaseSettings } from '@entrepot/platform-database';
import { MessagingModule } from '@entrepot/platform-messaging';
import { RpcModule } from '@entrepot/platform-rpc';
import { Module, type DynamicModule } from '@nestjs/common';

/** Publishing a package takes as long as it has fragments. */
const PUBLISH_DEADLINE_MS = 60_000;

interface BuilderConfig {
  readonly builder: { readonly quotaBytes?: number | undefined; readonly virusScanner?: string | undefined };
  readonly locations: { readonly info: string; readonly fragments: string };
  readonly database: DatabaseSettings;
  readonly nats: { readonly url: string };
  readonly remotes: { readonly fragments: string; readonly activation: string; readonly identity: string };
}

/** Uploads, checks and builds of packages. */
@Module({})
export class AppModule {
  static with({ builder, locations, database, nats, remotes }: BuilderConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        DatabaseModule.forRoot(database),
        MessagingModule.jetstream(nats),
        RpcModule.clients([
          { definition: fragmentsRpc, address: remotes.fragments, deadlineMs: PUBLISH_DEADLINE_MS },
          { definition: activationRpc, address: remotes.activation },
          { definition: identityRpc, address: remotes.identity },
        ]),
        AuthModule,
        BuilderModule.register({
          infoLocation: locations.info,
          fragmentLocation: locations.fragments,
          quotaBytes: builder.quotaBytes ?? null,
          virusScanner: builder.virusScanner ?? null,
        }),
      ],
    };
  }
}
