import { z } from 'zod';

/** For how long a deleted device can be restored, in milliseconds. */
export const RESTORABLE_MS = 24 * 60 * 60 * 1000;

/** The state of a device after it was changed. */
export const deviceStateView = z.object({
  id: z.uuid(),
  state: z.enum(['active', 'archived', 'deleted']),
  stateChangedAt: z.iso.datetime(),
  /** Until when it can be restored; null unless it is deleted. */
  restorableUntil: z.iso.datetime().nullable(),
});

export type DeviceStateView = z.output<typeof deviceStateView>;

/** Shows what state a device is in. */
export function toDeviceStateView(
  id: string,
  state: DeviceStateView['state'],
  changedAt: Date,
): DeviceStateView {
  const until = new Date(changedAt.getTime() + RESTORABLE_MS);
  return {
    ...{ id, state, stateChangedAt: changedAt.toISOString() },
    restorableUntil: state === 'deleted' ? until.toISOString() : null,
  };
}
