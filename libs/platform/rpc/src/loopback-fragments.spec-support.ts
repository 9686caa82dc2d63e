import { fragmentsRpc, type FragmentsRpc } from '@entrepot/contracts';
import { connect as connectTo, createServer, type AddressInfo, type Socket } from 'node:net';
import { createRpcClient, startRpcServer, type RpcClientOptions, type RunningRpcServer } from './index.js';
import type { OnFault } from './serve-method.js';

/** For this lib's specs: a service with a method of every kind; each test replaces what it needs. */
export class FakeFragments implements FragmentsRpc {
  checkStorage = async (): Promise<Record<string, never>> => ({});
  adoptBlobs = async (): Promise<Record<string, never>> => ({});
  deleteBlobs = async (): Promise<Record<string, never>> => ({});
  publishPackage = async (): Promise<Record<string, never>> => ({});
  getBlob: FragmentsRpc['getBlob'] = async function* () {};
  putBlob: FragmentsRpc['putBlob'] = async () => ({ size: 0, sha256: '' });
}

/** For this lib's specs: servers, clients and breakable wires on loopback, all ended by `end`. */
export class Loopback {
  private readonly endings: (() => void | Promise<void>)[] = [];

  async serve(fake: FakeFragments, port = 0, onFault: OnFault = () => undefined): Promise<RunningRpcServer> {
    const served = [{ definition: fragmentsRpc, service: fake }];
    const server = await startRpcServer(served, { host: '127.0.0.1', port }, onFault);
    this.endings.push(() => server.stop());
    return server;
  }

  connect(port: number, options: Partial<RpcClientOptions> = {}): FragmentsRpc {
    const { service, close } = createRpcClient(fragmentsRpc, { address: `127.0.0.1:${port}`, ...options });
    this.endings.push(close);
    return service;
  }

  /** A loopback address behind which a server is, until the wire is cut. */
  async breakableWire(target: number): Promise<{ port: number; cut(): void }> {
    const sockets: Socket[] = [];
    const proxy = createServer((near) => {
      const far = connectTo(target, '127.0.0.1');
      for (const socket of [near, far]) sockets.push(socket.on('error', () => undefined));
      near.pipe(far).pipe(near);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const cut = (): void => {
      proxy.close();
      for (const socket of sockets) socket.destroy();
    };
    this.endings.push(cut);
    return { port: (proxy.address() as AddressInfo).port, cut };
  }

  async end(): Promise<void> {
    for (const ending of this.endings.splice(0).reverse()) await ending();
  }
}

/**
 * Waits for a failure, of whatever type it is.
 * @throws Error when the work succeeds
 */
export async function failureOf<Failure>(work: Promise<unknown>): Promise<Failure> {
  try {
    await work;
  } catch (error) {
    return error as Failure;
  }
  throw new Error('It succeeded');
}
