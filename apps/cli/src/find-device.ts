import type { Api } from './api.js';
import { Failure } from './failure.js';
import { isUuid } from './identifiers.js';
import { plainText } from './table.js';

/** What commands read of a device. */
export interface DeviceView {
  readonly id: string;
  readonly agentDeviceId: string;
  readonly name: string;
  readonly tag: string | null;
  readonly osName: string;
  readonly lastInventoryAt: string | null;
}

/** Which devices are asked for; all of them when nothing is said. */
export interface DeviceSearch {
  /** Part of the name, the agent's id, the TAG or the address. */
  readonly text?: string;
  /** As the API takes them. */
  readonly criteria?: unknown;
}

/** @throws Failure as the API does */
export function searchDevices(api: Api, search: DeviceSearch): Promise<DeviceView[]> {
  return api.search<DeviceView>('/api/v1/devices/search', search);
}

/**
 * The id of a device that is given by its id, its agent's id or its name.
 * @throws Failure when there is none, or when several have the name
 */
export async function findDeviceId(api: Api, text: string): Promise<string> {
  if (isUuid(text)) return text;
  const wanted = text.toLowerCase();
  const found = (await searchDevices(api, { text })).filter(
    (device) => device.name.toLowerCase() === wanted || device.agentDeviceId.toLowerCase() === wanted,
  );
  const [first, ...others] = found;
  if (first === undefined)
    throw new Failure(`There is no device "${plainText(text)}". "entrepot devices" lists them.`);
  if (others.length > 0)
    throw new Failure(
      `Several devices are called "${plainText(text)}"; give the id: ${found.map((device) => device.id).join(', ')}.`,
    );
  return first.id;
}
