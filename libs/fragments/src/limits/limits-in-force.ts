import { Log } from '@entrepot/platform-telemetry';
import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { BlockList, isIPv6 } from 'node:net';
import { DownloadLane } from './download-lane.js';
import { DownloadLimitRepository, type DownloadLimit } from './download-limit.repository.js';

/** A change made by another replica is in force here after so long. */
const REFRESH_MS = 2_000;
/** Addresses whose lane is remembered. */
const MOST_ADDRESSES = 10_000;

interface LimitedNetwork {
  readonly network: BlockList;
  readonly lane: DownloadLane;
}

/** Knows which limit an address is under, as it is in the database or was two seconds ago. */
@Injectable()
export class LimitsInForce implements OnModuleInit, BeforeApplicationShutdown {
  private readonly lanes = new Map<string, DownloadLane>();
  /** The smallest networks first. */
  private networks: readonly LimitedNetwork[] = [];
  private readonly byAddress = new Map<string, DownloadLane | null>();
  private known = '';
  private timer: NodeJS.Timeout | null = null;
  private reading: Promise<void> = Promise.resolve();
  private stopping = false;

  constructor(
    private readonly limits: DownloadLimitRepository,
    private readonly log: Log,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.look();
  }

  /** The lane of the smallest limited network that has the address; null when it is in none. */
  laneOf(address: string): DownloadLane | null {
    if (this.networks.length === 0) return null;
    const known = this.byAddress.get(address);
    if (known !== undefined) return known;
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    const lane = this.networks.find(({ network }) => network.check(address, family))?.lane ?? null;
    if (this.byAddress.size >= MOST_ADDRESSES) this.byAddress.clear();
    this.byAddress.set(address, lane);
    return lane;
  }

  /** Reads the limits again, after those who are reading them now. */
  refresh(): Promise<void> {
    this.reading = this.reading.then(() => this.read());
    return this.reading;
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.reading;
  }

  private async look(): Promise<void> {
    await this.refresh();
    if (!this.stopping) this.timer = setTimeout(() => void this.look(), REFRESH_MS).unref();
  }

  private async read(): Promise<void> {
    try {
      this.apply(await this.limits.all());
    } catch (error) {
      this.log.warn({ err: error }, 'The download limits could not be read; those of before go on');
    }
  }

  private apply(limits: readonly DownloadLimit[]): void {
    const news = JSON.stringify(limits);
    if (news === this.known) return;
    this.known = news;
    const gone = new Set(this.lanes.keys());
    this.networks = limits.map((limit) => {
      gone.delete(limit.id);
      return { network: networkOf(limit), lane: this.laneFor(limit) };
    });
    for (const id of gone) {
      this.lanes.get(id)?.change({ maxParallel: null, bytesPerSecond: null });
      this.lanes.delete(id);
    }
    this.byAddress.clear();
  }

  /** Downloads under way stay counted when their limit changes. */
  private laneFor(limit: DownloadLimit): DownloadLane {
    const lane = this.lanes.get(limit.id) ?? new DownloadLane(limit);
    lane.change(limit);
    this.lanes.set(limit.id, lane);
    return lane;
  }
}

function networkOf({ network }: DownloadLimit): BlockList {
  const [address = '', prefix = ''] = network.split('/');
  const list = new BlockList();
  list.addSubnet(address, Number(prefix), isIPv6(address) ? 'ipv6' : 'ipv4');
  return list;
}
