import { Clock } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ipdiscoverOptions } from '../network/ipdiscover-option.js';
import { toDeviceMaintenance } from '../windows/group-windows-view.js';
import { MaintenanceWindowStore } from '../windows/maintenance-window-store.js';
import { planContact, type ContactPlan } from './contact-plan.js';
import type { SettingOwner } from './override-store.js';
import { ownerNotFound, ShowEffectiveSettings } from './show-effective-settings.js';

interface ContactRow {
  readonly state: string;
  readonly lastContactAt: Date;
  readonly lastInventoryAt: Date;
  readonly inventoryDate: Date;
  readonly userAgent: string;
  readonly subnet: string | null;
  readonly elected: boolean;
}

/** Says when a device will call and send its next inventory, and why. */
@Injectable()
export class ShowContactPlan {
  constructor(
    private readonly database: DataSource,
    private readonly settings: ShowEffectiveSettings,
    private readonly windows: MaintenanceWindowStore,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError INVENTORY_DEVICE_NOT_FOUND; also for a device that was merged into another */
  async execute(deviceId: string): Promise<ContactPlan> {
    const owner: SettingOwner = { level: 'device', id: deviceId };
    const [contact]: ContactRow[] = await this.database.query(CONTACT, [deviceId]);
    if (contact === undefined) throw ownerNotFound(owner);
    const deleted = contact.state === 'deleted';
    // Its PROLOG is that of a device that nobody knows.
    const { values, frequency } = await this.settings.valuesOf(deleted ? null : owner);
    const groups = deleted ? [] : await this.windows.ofGroupsOf(deviceId);
    const now = this.clock.now();
    return planContact({
      ...contact,
      frequency,
      prologFreqHours: values.PROLOG_FREQ,
      scans: !deleted && ipdiscoverOptions(values, contact, contact.userAgent) !== null,
      deleted,
      maintenance: toDeviceMaintenance(groups, now),
      now,
    });
  }
}

const CONTACT = `
  SELECT d.state, c.last_contact_at AS "lastContactAt", c.last_inventory_at AS "lastInventoryAt",
    c.inventory_date AS "inventoryDate", c.user_agent AS "userAgent", n.subnet, n.elected_at IS NOT NULL AS elected
  FROM device d JOIN device_contact c ON c.device_id = d.id
  LEFT JOIN network_member n ON n.device_id = d.id
  WHERE d.id = $1 AND d.state <> 'merged'`;
