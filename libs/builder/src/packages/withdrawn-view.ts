import type { WithdrawPackageReply } from '@entrepot/contracts';
import { z } from 'zod';

/** What the deletion of a built package could still stop, and what it could not. */
export const withdrawnView = z.object({
  /** Activations that were in force. */
  activations: z.int(),
  /** Deliveries that were waiting and will never be offered. */
  withdrawn: z.int(),
  /** Devices that were told already: they may have the package, or be fetching it. */
  alreadyNotified: z.object({
    total: z.int(),
    /** The first hundred. */
    deviceIds: z.array(z.string()),
  }),
});

export type WithdrawnView = z.output<typeof withdrawnView>;

export function toWithdrawnView(reply: WithdrawPackageReply): WithdrawnView {
  const { activations, withdrawn, alreadyNotified: total, notifiedDeviceIds } = reply;
  return { activations, withdrawn, alreadyNotified: { total, deviceIds: [...notifiedDeviceIds] } };
}
