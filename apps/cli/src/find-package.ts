import type { Api } from './api.js';
import { Failure } from './failure.js';
import { isUuid } from './identifiers.js';
import { plainText } from './table.js';

/** What commands read of a package: one version of a name. */
export interface PackageView {
  readonly id: string;
  readonly fileId: string;
  readonly name: string;
  readonly version: number;
  readonly operatingSystem: string;
  readonly priority: number;
  readonly state: string;
  readonly hasArchive: boolean;
  /** Bytes of the archive; null until it is built. */
  readonly size: number | null;
  readonly fragmentCount: number | null;
}

/** How a package is said on a command line. */
export const PACKAGE_ARGUMENT = 'name (its newest version), name@version, file id or id';

const PATH = '/api/v1/packages';
const FILE_ID = /^\d{10}$/;
const WITH_VERSION = /^(.+)@(\d{1,9})$/;

/**
 * Finds a package by its id, its file id, its name or `name@version`. A name alone means its newest version that is not
 * deleted.
 * @throws Failure when there is none
 */
export async function findPackage(api: Api, text: string): Promise<PackageView> {
  if (isUuid(text)) return api.get<PackageView>(`${PATH}/${text}`);
  const found = (await newestOf(api, text)) ?? (await exactly(api, text)) ?? (await withFileId(api, text));
  if (found === null)
    throw new Failure(`There is no package "${plainText(text)}". "entrepot packages" lists them.`);
  return found;
}

/** A package as people say it, such as `app@2`. */
export function packageLabel({ name, version }: Pick<PackageView, 'name' | 'version'>): string {
  return `${plainText(name)}@${version}`;
}

async function versionsOf(api: Api, name: string, deleted: 'false' | 'all'): Promise<PackageView[]> {
  const found = await api.all<PackageView>(PATH, { name, deleted });
  return found.filter((item) => item.name === name).sort((a, b) => b.version - a.version);
}

async function newestOf(api: Api, name: string): Promise<PackageView | null> {
  const [newest] = await versionsOf(api, name, 'false');
  return newest ?? null;
}

async function exactly(api: Api, text: string): Promise<PackageView | null> {
  const [, name, version] = WITH_VERSION.exec(text) ?? [];
  if (name === undefined) return null;
  const versions = await versionsOf(api, name, 'all');
  return versions.find((item) => item.version === Number(version)) ?? null;
}

async function withFileId(api: Api, text: string): Promise<PackageView | null> {
  if (!FILE_ID.test(text)) return null;
  const all = await api.all<PackageView>(PATH, { deleted: 'all' });
  return all.find((item) => item.fileId === text) ?? null;
}
