import type { ReportedResult } from '@entrepot/contracts';
import { Coalescer, type AgentDeviceId, type DeviceId } from '@entrepot/kernel';
import { PreparedStatement } from '@entrepot/platform-database';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** What a PROLOG of a known device is answered by. */
export interface CallingDevice {
  readonly id: DeviceId;
  /** When its last inventory counts from, in milliseconds since 1970. */
  readonly inventoryDate: number;
  readonly downloadHistory: readonly string[] | null;
  readonly results: readonly ReportedResult[] | null;
  /** The groups of which it is a member. */
  readonly groupIds: readonly string[] | null;
  /** Values of settings that it has of its own, as stored. */
  readonly settings: Readonly<Record<string, unknown>> | null;
  /** The subnet it calls from; null or empty when it is not known. */
  readonly subnet: string | null;
  /** Whether it was elected to look for its neighbours there. */
  readonly elected: boolean | null;
}

/** Few enough that the answer of none waits for many. */
const MOST_AT_ONCE = 64;

/**
 * Finds the devices that agents call for, those that call at the same time with one statement. Who is deleted is not
 * known, nor is who was merged by itself, since its call shows that the machine still lives; who was merged by hand is
 * the device that it was merged into.
 */
@Injectable()
export class CallingDevices {
  private readonly lookUps = new Coalescer<AgentDeviceId, CallingDevice | null>(
    (agents) => this.load(agents),
    { maxKeys: MOST_AT_ONCE },
  );

  constructor(private readonly database: DataSource) {}

  /** Null for an agent that no device is known of. */
  find(agent: AgentDeviceId): Promise<CallingDevice | null> {
    return this.lookUps.get(agent);
  }

  private async load(agents: readonly AgentDeviceId[]): Promise<(CallingDevice | null)[]> {
    const found: (CallingDevice | null)[] = agents.map(() => null);
    for (const { place, ...device } of await FIND_DEVICES.run(this.database, [agents]))
      found[Number(place) - 1] = device;
    return found;
  }
}

// Each LIMIT makes a look-up of its own in an index, however few devices there were when this was planned. The array is
// behind a SELECT because a plan for its very length would be made anew each time, which costs more than to run it.
const FIND_DEVICES = new PreparedStatement<CallingDevice & { readonly place: string }>(
  'find-calling-devices',
  `
  SELECT a.place, c.device_id AS id, extract(epoch FROM c.inventory_date)::float8 * 1000 AS "inventoryDate",
    h.file_ids AS "downloadHistory", n.subnet, n.elected_at IS NOT NULL AS elected,
    (SELECT json_agg(json_build_object('fileId', r.file_id, 'at', r.reported_at))
       FROM download_result r WHERE r.device_id = c.device_id) AS results,
    (SELECT json_agg(m.group_id) FROM group_member m
      WHERE m.device_id = c.device_id AND m.origin <> 'excluded') AS "groupIds",
    (SELECT json_object_agg(o.key, o.value) FROM device_setting o WHERE o.device_id = c.device_id) AS settings
  FROM unnest((SELECT $1::text[])) WITH ORDINALITY AS a (agent, place)
  CROSS JOIN LATERAL (
    SELECT CASE d.state
      WHEN 'deleted' THEN NULL
      WHEN 'merged' THEN (
        SELECT s.id FROM device_merge g JOIN device s ON s.id = d.merged_into
        WHERE g.absorbed_id = d.id AND g.undone_at IS NULL AND g.cause = 'manual'
          AND s.state IN ('active', 'archived'))
      ELSE d.id END AS id
    FROM device d WHERE lower(d.agent_device_id) = lower(a.agent) LIMIT 1
  ) t
  CROSS JOIN LATERAL (SELECT device_id, inventory_date FROM device_contact WHERE device_id = t.id LIMIT 1) c
  LEFT JOIN LATERAL (SELECT file_ids FROM download_history WHERE device_id = t.id LIMIT 1) h ON true
  LEFT JOIN LATERAL (SELECT subnet, elected_at FROM network_member WHERE device_id = t.id LIMIT 1) n ON true`,
);
