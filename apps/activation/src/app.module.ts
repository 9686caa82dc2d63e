import { ActivationModule } from '@entrepot/activation';
import { activationRpc, identityRpc, inventoryRpc } from '@entrepot/contracts';
import { AuthModule } from '@entrepot/platform-auth';
import { DatabaseModule, type DatabaseSettings } from '@entrepot/platform-database';
import { MessagingModule } from '@entrepot/platform-messaging';
import { RpcModule } from '@entrepot/platform-rpc';
import { Module, type DynamicModule } from '@nestjs/common';

interface ActivationConfig {
  readonly locations: { readonly info: string; readonly fragments: string };
  readonly activation: { readonly caFile?: string | undefined };
  readonly database: DatabaseSettings;
  readonly nats: { readonly url: string };
  readonly rpc: { readonly host: string; readonly port: number };
  readonly remotes: { readonly inventory: string; readonly identity: string };
}

/** Activations, assignments and what became of them. */
@Module({})
export class AppModule {
  static with({ activation, locations, database, nats, rpc, remotes }: ActivationConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        DatabaseModule.forRoot(database),
        MessagingModule.jetstream(nats),
        RpcModule.clients([
          { definition: inventoryRpc, address: remotes.inventory },
          { definition: identityRpc, address: remotes.identity },
        ]),
        RpcModule.server([activationRpc], rpc),
        AuthModule,
        ActivationModule.register({
          infoLocation: locations.info,
          fragmentLocation: locations.fragments,
          caFile: activation.caFile ?? null,
        }),
      ],
    };
  }
}
