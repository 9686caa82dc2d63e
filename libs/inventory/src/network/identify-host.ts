import { changeRecorded } from '@entrepot/contracts';
import { AppError } from '@entrepot/kernel';
import { auditChange, type Principal } from '@entrepot/platform-auth';
import { Outbox } from '@entrepot/platform-messaging';
import { Injectable } from '@nestjs/common';
import { INVENTORY_ERRORS } from '../errors.js';
import { HOST_ROWS, toHostView, type HostRow } from './host-row.js';
import type { HostIdentification, HostView } from './network-view.js';

/** Says what a host is that is no inventoried device, such as a printer, or takes that back. */
@Injectable()
export class IdentifyHost {
  constructor(private readonly outbox: Outbox) {}

  /**
   * @param identification null takes it back
   * @throws AppError INVENTORY_HOST_NOT_FOUND
   */
  async execute(
    principal: Principal,
    mac: string,
    identification: HostIdentification | null,
  ): Promise<HostView> {
    return this.outbox.transaction(async ({ manager, publish }) => {
      const kind = identification?.kind ?? null;
      const description = identification?.description ?? null;
      await manager.query('UPDATE netmap SET kind = $2, description = $3 WHERE mac = $1', [
        mac,
        kind,
        description,
      ]);
      const [row]: HostRow[] = await manager.query(`${HOST_ROWS} WHERE n.mac = $1`, [mac]);
      if (row === undefined)
        throw new AppError(
          INVENTORY_ERRORS.INVENTORY_HOST_NOT_FOUND,
          'No agent has found a host of that MAC.',
          {
            mac,
          },
        );
      const action = identification === null ? 'host.identification-removed' : 'host.identified';
      const detail = identification === null ? {} : { ...identification };
      publish(changeRecorded, auditChange(principal, 'inventory', action, 'host', mac, detail), mac);
      return toHostView(row);
    });
  }
}
