import { inventoryXml, ScriptedAgent, type AgentReply, type InventoryOptions } from '@entrepot/testing';
import { expect } from 'vitest';
import type { Api } from '../installation/api.js';
import type { Installation } from '../installation/installation.js';

/** Two hundred inventories of one machine wait for each other, while other tests keep the server busy. */
const PATIENCE_MS = 120_000;

type Adapters = NonNullable<InventoryOptions['networks']>;

/** What a machine is recognised by, and what else its agent says of it. */
export interface MachineFacts {
  readonly hostname: string;
  /** When its agent was installed, which is the second half of what the agent calls itself. */
  readonly installed: string;
  readonly serial: string;
  readonly uuid: string;
  readonly assetTag: string;
  readonly model: string;
  readonly adapters: Adapters;
  /** What the agent believes its TAG to be. */
  readonly tag: string;
  readonly softwares: number;
  /** XML inside CONTENT beside all that. */
  readonly extra: string;
}

/** A device as lists show it. */
export interface ListedDevice {
  readonly id: string;
  readonly agentDeviceId: string;
  readonly name: string;
  readonly tag: string | null;
}

/** A machine that can be changed as people change machines: renamed, repaired, copied, set up anew. */
export class ScriptedMachine {
  readonly facts: MachineFacts;
  private readonly agent: ScriptedAgent;

  /** Machines of other seeds have nothing in common. */
  constructor(
    private readonly installation: Pick<Installation, 'httpUrl'>,
    private readonly seed: number,
    changes: Partial<MachineFacts> = {},
  ) {
    this.facts = { ...factsOf(seed), ...changes };
    this.agent = new ScriptedAgent({
      server: `${installation.httpUrl}/ocsinventory`,
      deviceId: this.agentDeviceId,
      timeoutMs: PATIENCE_MS,
    });
  }

  get agentDeviceId(): string {
    return `${this.facts.hostname}-${this.facts.installed}`;
  }

  /** What it is after something has happened to it, or what a copy of it is. */
  changed(changes: Partial<MachineFacts>): ScriptedMachine {
    return new ScriptedMachine(this.installation, this.seed, { ...this.facts, ...changes });
  }

  prolog(): Promise<AgentReply> {
    return this.agent.prolog();
  }

  /** Sends its inventory, whatever PROLOG says; fails unless it is taken. */
  async report(options: Pick<InventoryOptions, 'oldDeviceId' | 'checksum'> = {}): Promise<AgentReply> {
    const reply = await this.agent.inventory(this.inventory(options));
    expect(reply.status, this.agentDeviceId).toBe(200);
    return reply;
  }

  /** What agents do each day: ask what to do, then send the inventory. */
  async call(): Promise<AgentReply> {
    expect((await this.prolog()).status, this.agentDeviceId).toBe(200);
    return this.report();
  }

  /** The file ids that its PROLOG offers now. */
  async offered(): Promise<string[]> {
    return (await this.prolog()).packages.map((offer) => offer['ID'] ?? '').sort();
  }

  /** The result of a package. */
  reportDownload(fileId: string, code: string): Promise<AgentReply> {
    return this.agent.report(fileId, code);
  }

  /** The device that its agent is listed as; undefined when there is none. */
  async listed(api: Api): Promise<ListedDevice | undefined> {
    const { items } = await api.post<{ items: ListedDevice[] }>('/api/v1/devices/search', {
      text: this.agentDeviceId,
    });
    return items.find(({ agentDeviceId }) => agentDeviceId === this.agentDeviceId);
  }

  /** Our id of the device that its agent is listed as; fails when there is none. */
  async deviceId(api: Api): Promise<string> {
    const device = await this.listed(api);
    if (device === undefined) throw new Error(`${this.agentDeviceId} is not listed`);
    return device.id;
  }

  private inventory({ oldDeviceId, checksum }: Pick<InventoryOptions, 'oldDeviceId' | 'checksum'>): string {
    const { hostname, serial, uuid, assetTag, model, adapters, tag, softwares, extra } = this.facts;
    return inventoryXml({
      seed: this.seed,
      deviceId: this.agentDeviceId,
      ...{ tag, softwares, extra, networks: adapters },
      fields: {
        HARDWARE: { NAME: hostname, UUID: uuid },
        BIOS: { SSN: serial, ASSETTAG: assetTag, SMODEL: model },
      },
      ...(oldDeviceId !== undefined && { oldDeviceId }),
      ...(checksum !== undefined && { checksum }),
    });
  }
}

/** A network adapter that is part of a machine. */
export function builtInAdapter(number: number): Adapters[number] {
  return adapter('Intel(R) Ethernet Connection I219-LM', 'a4:bb:6d', number);
}

/** The network adapter of a dock, which goes from machine to machine. */
export function dockAdapter(number: number): Adapters[number] {
  return adapter('Realtek USB GbE Family Controller', '00:e0:4c', number);
}

function adapter(description: string, prefix: string, number: number): Adapters[number] {
  const rest = number.toString(16).padStart(6, '0').match(/../g) ?? [];
  return {
    DESCRIPTION: description,
    IPADDRESS: `10.8.${(number >> 8) & 255}.${number & 255}`,
    IPMASK: '255.255.0.0',
    IPSUBNET: '10.8.0.0',
    MACADDR: [prefix, ...rest].join(':'),
    SPEED: '1 Gb/s',
    STATUS: 'Up',
    TYPE: 'Ethernet',
  };
}

function factsOf(seed: number): MachineFacts {
  return {
    hostname: `desk-${seed}`,
    installed: '2026-01-01-08-00-00',
    serial: `PF${seed}XK`,
    uuid: `4c4c4544-0042-3510-8052-${seed.toString(16).padStart(12, '0')}`,
    assetTag: `IT-${seed}`,
    model: 'Latitude 7440',
    adapters: [builtInAdapter(seed)],
    tag: 'NA',
    softwares: 10,
    extra: '',
  };
}
