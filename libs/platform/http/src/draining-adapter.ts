import type { Server } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { InFlightRequests } from './in-flight-requests.js';

const DRAIN_MS = 20_000;

/**
 * Nest's Fastify adapter, with a shutdown that loses no request: before Nest destroys any module, all servers stop
 * listening and the requests they have taken are answered (20 s at most).
 */
export class DrainingAdapter extends FastifyAdapter {
  private readonly servers = new Set<Server>();
  private readonly inFlight = new InFlightRequests();
  private readonly onStopping: (() => void)[] = [];
  private stopping = false;

  /** Whether the shutdown has begun. */
  get isStopping(): boolean {
    return this.stopping;
  }

  /** Calls back at the very beginning of the shutdown. */
  whenStopping(callback: () => void): void {
    this.onStopping.push(callback);
  }

  /** Makes a server part of the drain. */
  addServer(server: Server): void {
    this.servers.add(server);
    this.inFlight.watch(server);
  }

  /** Nest calls and awaits this at the beginning of `app.close()`, before any hook of a module. */
  override async beforeClose(): Promise<void> {
    super.beforeClose();
    if (this.stopping) return;
    this.stopping = true;
    for (const callback of this.onStopping) callback();
    for (const server of this.servers) if (server.listening) server.close();
    const left = await this.inFlight.drained(DRAIN_MS);
    if (left > 0) this.logger.warn(`${left} requests were not answered within ${DRAIN_MS} ms and are cut`);
    for (const server of this.servers) server.closeAllConnections();
  }
}
