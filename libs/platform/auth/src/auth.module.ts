import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { SystemClock } from '@entrepot/kernel';
import { AuthGuard } from './auth.guard.js';
import { PrincipalCache } from './principal-cache.js';

const LIFETIME_MS = 10_000;
const CAPACITY = 10_000;

/**
 * Closes /api/v1 for the whole program. Needs `identityRpc.token`: from the global RpcModule in a distributed program
 * (import `AuthModule`), from the identity context itself in embedded (import `AuthModule.with(IdentityModule)`).
 */
@Module({
  providers: [
    {
      provide: PrincipalCache,
      useFactory: () =>
        new PrincipalCache(new SystemClock(), { lifetimeMs: LIFETIME_MS, capacity: CAPACITY }),
    },
    { provide: APP_GUARD, useClass: AuthGuard },
  ],
})
export class AuthModule {
  /** The module, with the modules that provide `identityRpc.token`. */
  static with(...imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return { module: AuthModule, imports };
  }
}
