import { activationRpc, identityRpc, inventoryRpc } from '@entrepot/contracts';
import { InventoryModule } from '@entrepot/inventory';
import { AuthModule } from '@entrepot/platform-auth';
import { DatabaseModule, type DatabaseSettings } from '@entrepot/platform-database';
import { MessagingModule } from '@entrepot/platform-messaging';
import { RpcModule } from '@entrepot/platform-rpc';
import { Module, type DynamicModule } from '@nestjs/common';

interface InventoryConfig {
  readonly http: { readonly maxInflatedBytes: number };
  readonly database: DatabaseSettings;
  readonly nats: { readonly url: string };
  readonly rpc: { readonly host: string; readonly port: number };
  readonly remotes: { readonly activation: string; readonly identity: string };
}

/** The agents' door: inventories, PROLOG, settings. */
@Module({})
export class AppModule {
  static with({ http, database, nats, rpc, remotes }: InventoryConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        DatabaseModule.forRoot(database),
        MessagingModule.jetstream(nats),
        RpcModule.clients([
          { definition: activationRpc, address: remotes.activation },
          { definition: identityRpc, address: remotes.identity },
        ]),
        RpcModule.server([inventoryRpc], rpc),
        AuthModule,
        InventoryModule.forRoot({ maxInflatedBytes: http.maxInflatedBytes }),
      ],
    };
  }
}
