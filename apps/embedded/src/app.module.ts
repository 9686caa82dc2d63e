import { ActivationModule } from '@entrepot/activation';
import { BuilderModule } from '@entrepot/builder';
import { FragmentsModule } from '@entrepot/fragments';
import { IdentityModule } from '@entrepot/identity';
import { InventoryModule } from '@entrepot/inventory';
import { AuthModule } from '@entrepot/platform-auth';
import { DatabaseModule, type DatabaseSettings } from '@entrepot/platform-database';
import { MessagingModule } from '@entrepot/platform-messaging';
import { ObjectStoreModule } from '@entrepot/platform-object-store';
import { Global, Module, type DynamicModule } from '@nestjs/common';

export interface EmbeddedOptions {
  readonly database: DatabaseSettings;
  /** Folder of the fragments and uploads. */
  readonly objectDirectory: string;
  readonly maxInflatedBytes: number;
  /** `host:port/path` for https and for http. */
  readonly infoLocation: string;
  readonly fragmentLocation: string;
  /** PEM file of the authority that agents trust. */
  readonly caFile: string | null;
  readonly quotaBytes: number | null;
  readonly virusScanner: string | null;
  readonly scrubDays: number;
  readonly keepDeletedDays: number;
  readonly repairSources: readonly string[];
  readonly adminPassword: string | null;
  readonly onGeneratedPassword: (password: string) => Promise<void>;
}

/** Gives every context the calls of the others, answered by the contexts themselves. */
@Global()
@Module({})
class LocalCallsModule {
  static between(contexts: DynamicModule['imports'] & object): DynamicModule {
    return {
      module: LocalCallsModule,
      imports: contexts,
      exports: contexts as DynamicModule['exports'] & object,
    };
  }
}

/** All contexts in one process, with the bus in memory and the objects on disk. */
@Module({})
export class AppModule {
  static with(options: EmbeddedOptions): DynamicModule {
    const { infoLocation, fragmentLocation, caFile, quotaBytes, virusScanner } = options;
    const { scrubDays, keepDeletedDays, repairSources } = options;
    const locations = { infoLocation, fragmentLocation };
    return {
      module: AppModule,
      imports: [
        DatabaseModule.forRoot(options.database),
        MessagingModule.memory(),
        ObjectStoreModule.disk({ directory: options.objectDirectory }),
        AuthModule,
        LocalCallsModule.between([
          InventoryModule.forRoot({ maxInflatedBytes: options.maxInflatedBytes }),
          BuilderModule.register({ ...locations, quotaBytes, virusScanner }),
          FragmentsModule.register({
            ...locations,
            acceleratedPrefix: null,
            scrubDays,
            keepDeletedDays,
            repairSources,
          }),
          ActivationModule.register({ ...locations, caFile }),
          IdentityModule.register({
            adminPassword: options.adminPassword,
            onGeneratedPassword: options.onGeneratedPassword,
          }),
        ]),
      ],
    };
  }
}
