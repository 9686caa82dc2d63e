import { identityRpc } from '@entrepot/contracts';
import { IdentityModule } from '@entrepot/identity';
import { AuthModule } from '@entrepot/platform-auth';
import { DatabaseModule, type DatabaseSettings } from '@entrepot/platform-database';
import { MessagingModule } from '@entrepot/platform-messaging';
import { RpcModule } from '@entrepot/platform-rpc';
import { Module, type DynamicModule } from '@nestjs/common';

interface IdentityConfig {
  readonly database: DatabaseSettings;
  readonly nats: { readonly url: string };
  readonly rpc: { readonly host: string; readonly port: number };
  readonly admin: { readonly password: string };
}

/** Accounts, tokens and the audit trail. */
@Module({})
export class AppModule {
  static with({ database, nats, rpc, admin }: IdentityConfig): DynamicModule {
    const identity = IdentityModule.register({ adminPassword: admin.password });
    return {
      module: AppModule,
      imports: [
        DatabaseModule.forRoot(database),
        MessagingModule.jetstream(nats),
        RpcModule.server([identityRpc], rpc),
        AuthModule.with(identity),
        identity,
      ],
    };
  }
}
