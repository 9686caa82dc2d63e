import type { RpcDefinition } from '@entrepot/contracts';
import {
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { serverOptions } from './channel-options.js';
import { serveMethod, type OnFault } from './serve-method.js';
import { loadServiceMethods } from './service-methods.js';

const DRAIN_MS = 10_000;

export interface ServedRpc {
  readonly definition: RpcDefinition<unknown>;
  /** An object that implements the service's interface. */
  readonly service: object;
}

export interface RpcAddress {
  /** Address to bind, such as `127.0.0.1` or `0.0.0.0`. */
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
}

export interface RunningRpcServer {
  readonly port: number;
  /** Takes no new calls, lets the running ones end for at most 10 s, then breaks them off. */
  stop(): Promise<void>;
}

/**
 * Serves objects to other programs.
 * @throws Error when the address cannot be bound or an object lacks a method of its service
 */
export async function startRpcServer(
  served: readonly ServedRpc[],
  address: RpcAddress,
  onFault: OnFault,
): Promise<RunningRpcServer> {
  const server = new Server(serverOptions);
  for (const { definition, service } of served) {
    const methods: Record<string, ServiceDefinition[string]> = {};
    const handlers: UntypedServiceImplementation = {};
    for (const method of loadServiceMethods(definition)) {
      methods[method.wireName] = method.wire;
      handlers[method.wireName] = serveMethod(service, method, onFault);
    }
    server.addService(methods, handlers);
  }
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${host}:${address.port}`, ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { port, stop: () => drain(server) };
}

function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, DRAIN_MS);
    server.tryShutdown(() => {
      clearTimeout(force);
      resolve();
    });
  });
}
