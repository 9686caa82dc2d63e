import {
  deviceIdFor,
  httpRequest,
  inventoryXml,
  waitFor,
  type HttpQuestion,
  type InventoryOptions,
} from '@entrepot/testing';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { EventBus } from '@entrepot/platform-messaging';
import { DataSource } from 'typeorm';
import { beforeAll } from 'vitest';
import { useInventoryProgram, type InventoryProgram } from '../inventory-program.spec-support.js';
import type { GroupDetails, GroupMember } from './group-view.js';

/** What an answer of the groups API may hold. */
export interface Answer {
  status: number;
  json: GroupDetails & { items: GroupMember[]; total: number; next: string | null; code: string };
}

/** A program and what specs about groups do with it; only inside hooks and tests. */
export interface GroupTrial extends InventoryProgram {
  ask(method: HttpQuestion['method'], path: string, body?: unknown): Promise<Answer>;
  /** Lets the machine of a seed send an inventory; the device's id. */
  device(seed: number, options?: InventoryOptions): Promise<string>;
  /** Makes a group; its id. */
  group(name: string, rest: Record<string, unknown>): Promise<string>;
  /** Ids of the members, or of the devices of an origin, in their order. */
  members(groupId: string, origin?: string): Promise<string[]>;
  /** Waits until these are the members, in this order. */
  becomes(groupId: string, ids: readonly string[]): Promise<void>;
  nameOf(deviceId: string): Promise<string>;
  /** `+name` for each device that came to the group and `-name` for each that left, in the order of the events. */
  told(groupId: string): Promise<string[]>;
  sql<Row>(text: string, parameters?: unknown[]): Promise<Row[]>;
}

let seeds = 100;

/** A machine that no other test of the file has. */
export const newSeed = (): number => ++seeds;

/** An inventory with something that groups of one test ask for, and those of others do not. */
export const badge = (colour: string): { extra: string } => ({
  extra: `<BADGES><COLOUR>${colour}</COLOUR></BADGES>`,
});

/** The criteria for `badge`. */
export const wears = (colour: string): Record<string, unknown> => ({
  section: 'BADGES',
  field: 'COLOUR',
  operator: 'equal',
  value: colour,
});

/** Starts the program for the tests of one file, with its consumers. */
export function useGroupTrial(): GroupTrial {
  const program = useInventoryProgram({ packagesForDevice: () => Promise.resolve({ packages: [] }) });
  beforeAll(async () => {
    const app = program.app();
    app.connectMicroservice<MicroserviceOptions>({ strategy: app.get(EventBus, { strict: false }) });
    await app.startAllMicroservices();
  });
  const ask: GroupTrial['ask'] = async (method, path, body) => {
    const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const answer = await httpRequest(`${program.base()}/api/v1${path}`, {
      method,
      headers: {
        Authorization: 'Bearer t',
        ...(bytes && { 'Content-Type': 'application/json', 'Content-Length': String(bytes.length) }),
      },
      ...(bytes && { body: bytes }),
    });
    const text = answer.body.toString('utf8');
    return { status: answer.status, json: (text === '' ? {} : JSON.parse(text)) as Answer['json'] };
  };
  const sql: GroupTrial['sql'] = (text, parameters) =>
    program.app().get(DataSource, { strict: false }).query(text, parameters);
  const members: GroupTrial['members'] = async (groupId, origin) => {
    const query = origin === undefined ? '' : `?origin=${origin}`;
    const { json } = await ask('GET', `/groups/${groupId}/members${query}`);
    return json.items.map(({ id }) => id);
  };
  return {
    ...program,
    ask,
    sql,
    device: async (seed, options = {}) => {
      await program.agent(deviceIdFor(seed)).inventory(inventoryXml({ seed, ...options }));
      return (await program.findDevice(deviceIdFor(seed))).id;
    },
    group: async (name, rest) => {
      const body = { name, description: `about ${name}`, ...rest };
      const { status, json } = await ask('POST', '/groups', body);
      if (status !== 201) throw new Error(`POST /groups answered ${status}: ${JSON.stringify(json)}`);
      return json.id;
    },
    members,
    becomes: async (groupId, ids) => {
      await waitFor(async () => (await members(groupId)).join() === ids.join(), {
        what: `${ids.length} members`,
        timeoutMs: 5_000,
      });
    },
    nameOf: async (deviceId) => (await ask('GET', `/devices/${deviceId}`)).json.name,
    told: async (groupId) => {
      const rows = await sql<{ sign: string; name: string }>(
        `SELECT CASE WHEN subject LIKE '%added%' THEN '+' ELSE '-' END AS sign, payload ->> 'name' AS name
         FROM outbox WHERE subject LIKE '%group.member-%' AND payload ->> 'groupId' = $1 ORDER BY id`,
        [groupId],
      );
      return rows.map(({ sign, name }) => `${sign}${name}`);
    },
  };
}
