import { deviceRestored } from '@entrepot/contracts';
import type { Transaction } from '@entrepot/platform-messaging';
import type { IdentifiedDevice } from './identified-device.js';
import { addKeys, askAnew } from './identity-index.js';

/**
 * Brings a deleted or archived device back, for a transaction that has the identity lane and the device's lock.
 * @returns the device as it is now
 */
export async function bringBackDevice(
  tx: Transaction,
  device: IdentifiedDevice,
  reason: 'undeleted' | 'called',
  at: Date,
): Promise<IdentifiedDevice> {
  const { id: deviceId, agentDeviceId, name } = device;
  await tx.manager.query(`UPDATE device SET state = 'active', state_changed_at = $2 WHERE id = $1`, [
    deviceId,
    at,
  ]);
  await addKeys(tx.manager, [deviceId]);
  await askAnew(tx.manager, [deviceId]);
  const event = { deviceId, agentDeviceId, name, at: at.toISOString(), reason };
  tx.publish(deviceRestored, { ...event, mergeId: null, survivorId: null }, deviceId);
  return { ...device, state: 'active', stateChangedAt: at };
}
