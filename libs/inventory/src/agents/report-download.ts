import { downloadReported } from '@entrepot/contracts';
import { Clock, parseFileId, type DeviceId } from '@entrepot/kernel';
import { classifyResult, normaliseResult, type DownloadRequest } from '@entrepot/ocs-wire';
import { PreparedStatement } from '@entrepot/platform-database';
import { Outbox } from '@entrepot/platform-messaging';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable } from '@nestjs/common';
import { deviceOfAgent } from '../inventories/stored-device.js';
import { storableText } from '../storable-text.js';

/** A file id has ten digits; whatever else an agent sends is cut to this. */
const MAX_FILE_ID = 32;
const MAX_RESULT = 255;

/**
 * The next PROLOG may come before the report has reached activation. As many results and for as long as the bus may be
 * late: what anybody can send must not grow for ever.
 */
const KEEP_RESULT = new PreparedStatement(
  'keep-download-result',
  `
  WITH forgotten AS (
    DELETE FROM download_result WHERE device_id = $1 AND (
      reported_at < $3::timestamptz - interval '7 days'
      OR file_id IN (SELECT file_id FROM download_result WHERE device_id = $1 ORDER BY reported_at DESC OFFSET 100))
  )
  INSERT INTO download_result (device_id, file_id, reported_at) VALUES ($1, $2, $3)
  ON CONFLICT (device_id, file_id) DO UPDATE SET reported_at = excluded.reported_at`,
);

/** Passes on what an agent says became of a package (OCS-PROTOCOL.md §4.3). */
@Injectable()
export class ReportDownload {
  constructor(
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * Resolves after the commit. The report of an unknown device is logged and dropped.
   * @returns whose it was; null when it was dropped
   */
  async execute(request: DownloadRequest): Promise<DeviceId | null> {
    const fileId = storableText(request.fileId, MAX_FILE_ID);
    const result = storableText(request.result, MAX_RESULT);
    return this.outbox.transaction(async (tx) => {
      const device = await deviceOfAgent(tx.manager, request.deviceId);
      if (device === null) {
        this.log.warn(
          { agentDeviceId: request.deviceId, fileId, result },
          'An unknown device reports on a package',
        );
        return null;
      }
      const { id, agentDeviceId, name } = device;
      const now = this.clock.now();
      if (classifyResult(normaliseResult(result)) !== 'retry' && parseFileId(fileId) !== null)
        await KEEP_RESULT.run(tx.manager, [id, fileId, now]);
      const at = now.toISOString();
      tx.publish(downloadReported, { deviceId: id, agentDeviceId, name, fileId, result, at }, id);
      return id;
    });
  }
}
