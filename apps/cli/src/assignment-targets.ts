import type { Command } from 'commander';
import type { Api } from './api.js';
import { findDeviceId } from './find-device.js';
import { findGroupId } from './find-group.js';
import { findSearch } from './find-search.js';
import { repeated } from './options.js';

/** Groups and saved searches that packages are given to. */
export interface SetOptions {
  readonly group?: readonly string[];
  readonly search?: readonly string[];
}

/** Whom packages are given to, as the API takes it, and how they were called on the command line. */
export interface Targets {
  readonly deviceIds: readonly string[];
  readonly groupIds: readonly string[];
  readonly searchIds: readonly string[];
  readonly names: ReadonlyMap<string, string>;
}

/** Adds `--group` and `--search`. */
export function addTargetOptions(command: Command): Command {
  return command
    .option('--group <group>', 'whoever is in this group at any time; again for more', repeated)
    .option('--search <search>', 'whatever fits this saved search at any time; again for more', repeated);
}

/** @throws Failure when one of them is not there */
export async function findTargets(
  api: Api,
  devices: readonly string[],
  { group = [], search = [] }: SetOptions,
): Promise<Targets> {
  const names = new Map<string, string>();
  for (const device of devices) names.set(await findDeviceId(api, device), device);
  const groupIds = [];
  for (const one of group) groupIds.push(await findGroupId(api, one));
  const searchIds = [];
  for (const one of search) searchIds.push((await findSearch(api, one)).id);
  return { deviceIds: [...names.keys()], groupIds, searchIds, names };
}
