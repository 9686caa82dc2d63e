import { z } from 'zod';
import { maintenanceWindow, maintenanceWindows } from './maintenance-window.js';
import type { GroupWindows } from './maintenance-window-store.js';
import { nextOpening, windowsOpen } from './windows-open.js';

/** What PUT takes: all windows of the group. */
export const newWindows = z.strictObject({ windows: maintenanceWindows });

/** The maintenance windows of a group; without any it never keeps packages back. */
export const groupWindowsView = z.object({
  windows: z.array(maintenanceWindow),
  open: z.boolean(),
  /** Null while it is open. */
  nextOpening: z.iso.datetime().nullable(),
});

/** Whether a device may be told of new packages now: while all of its groups that have windows are open. */
export const deviceMaintenance = z.object({
  open: z.boolean(),
  /** Those that have windows. */
  groups: z.array(z.object({ id: z.string(), name: z.string(), open: z.boolean() })),
  /** Null while it is open, and when the windows of the groups do not meet within two weeks. */
  nextOpening: z.iso.datetime().nullable(),
});

export type NewWindows = z.output<typeof newWindows>;
export type GroupWindowsView = z.output<typeof groupWindowsView>;
export type DeviceMaintenance = z.output<typeof deviceMaintenance>;

export function toGroupWindowsView({ windows }: GroupWindows, now: Date): GroupWindowsView {
  const open = windows.length === 0 || windowsOpen(windows, now);
  return { windows: [...windows], open, nextOpening: open ? null : momentOf([windows], now) };
}

/** @param groups those of the device that have windows */
export function toDeviceMaintenance(groups: readonly GroupWindows[], now: Date): DeviceMaintenance {
  const views = groups.map(({ id, name, windows }) => ({ id, name, open: windowsOpen(windows, now) }));
  const open = views.every((group) => group.open);
  const all = groups.map(({ windows }) => windows);
  return { open, groups: views, nextOpening: open ? null : momentOf(all, now) };
}

function momentOf(groups: readonly GroupWindows['windows'][], now: Date): string | null {
  return nextOpening(groups, now)?.toISOString() ?? null;
}
