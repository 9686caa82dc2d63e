import type { Api } from './api.js';
import { Failure } from './failure.js';
import { isUuid } from './identifiers.js';
import { plainText } from './table.js';

/** What commands read of a package. */
export interface PackageView {
  readonly id: string;
  readonly fileId: string;
  readonly name: string;
  readonly operatingSystem: string;
  readonly priority: number;
  readonly state: string;
}

/**
 * Finds a package by its id, its file id or its name.
 * @throws Failure when there is none
 */
export async function findPackage(api: Api, text: string): Promise<PackageView> {
  if (isUuid(text)) return api.get<PackageView>(`/api/v1/packages/${text}`);
  const packages = await api.all<PackageView>('/api/v1/packages');
  const found = packages.find((item) => item.name === text) ?? packages.find((item) => item.fileId === text);
  if (found === undefined)
    throw new Failure(`There is no package "${plainText(text)}". "entrepot packages" lists them.`);
  return found;
}
