import {
  Inject,
  Injectable,
  Logger,
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { RpcDefinition } from '@entrepot/contracts';
import { createRpcClient, type RpcClientOptions } from './rpc-client.js';
import { startRpcServer, type RpcAddress, type RunningRpcServer } from './rpc-server.js';

/** A service that another program offers, and where. */
export interface RemoteService extends RpcClientOptions {
  readonly definition: RpcDefinition<unknown>;
}

interface ServerSettings {
  readonly definitions: readonly RpcDefinition<unknown>[];
  readonly address: RpcAddress;
}

const SERVER_SETTINGS = Symbol('rpc server settings');

@Injectable()
class RpcServerRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Rpc');
  private server: RunningRpcServer | null = null;

  constructor(
    @Inject(SERVER_SETTINGS) private readonly settings: ServerSettings,
    @Inject(ModuleRef) private readonly modules: ModuleRef,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { definitions, address } = this.settings;
    const served = definitions.map((definition) => ({
      definition,
      service: this.modules.get<object>(definition.token, { strict: false }),
    }));
    this.server = await startRpcServer(served, address, (method, error) =>
      this.logger.error(`${method} failed`, error instanceof Error ? error.stack : String(error)),
    );
    this.logger.log(`Serving gRPC on ${address.host}:${this.server.port}`);
  }

  /** Before the other hooks of shutdown, so that calls can end while the database is still there. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.server?.stop();
  }
}

class RpcClientCloser implements OnApplicationShutdown {
  constructor(private readonly close: () => void) {}

  onApplicationShutdown(): void {
    this.close();
  }
}

/** gRPC between the programs of one installation; a context in the same program is injected without any of this. */
@Module({})
export class RpcModule {
  /** In a program: provides each service's token with a client of the program that offers it. */
  static clients(remotes: readonly RemoteService[]): DynamicModule {
    const clients = remotes.map((remote) => ({
      token: remote.definition.token,
      ...createRpcClient(remote.definition, remote),
    }));
    const closeAll = (): void => clients.forEach((client) => client.close());
    return {
      module: RpcModule,
      global: true,
      providers: [
        ...clients.map(({ token, service }) => ({ provide: token, useValue: service })),
        { provide: RpcClientCloser, useFactory: () => new RpcClientCloser(closeAll) },
      ],
      exports: clients.map(({ token }) => token),
    };
  }

  /** In a program: serves the given services, found in the program by their tokens, once it has started. */
  static server(definitions: readonly RpcDefinition<unknown>[], address: RpcAddress): DynamicModule {
    const settings: ServerSettings = { definitions, address };
    return {
      module: RpcModule,
      providers: [{ provide: SERVER_SETTINGS, useValue: settings }, RpcServerRunner],
    };
  }
}
