import { Upload } from 'tus-js-client';
import { waitFor } from '@entrepot/testing';
import type { Api } from './api.js';

export interface CreatedPackage {
  readonly id: string;
  readonly fileId: string;
  readonly upload: { readonly url: string } | null;
}

export interface BuiltPackage extends CreatedPackage {
  /** What the server says it cut the archive into; 0 without an archive. */
  readonly fragmentCount: number | null;
}

export interface PackageView {
  readonly id: string;
  readonly fileId: string;
  readonly state: string;
  readonly fragmentCount: number | null;
  readonly error: { readonly code: string; readonly reason: string } | null;
}

export interface DeliveryView {
  readonly id: string;
  readonly deviceId: string;
  readonly state: string;
  readonly code: string | null;
  readonly attempt: number;
  readonly reports: readonly { readonly code: string }[];
  readonly stage: string;
  readonly reason: { readonly en: string; readonly fr: string };
  readonly fragments: { readonly fetched: number; readonly total: number | null } | null;
}

export interface Statistics {
  readonly counts: Readonly<Record<'waiting' | 'notified' | 'succeeded' | 'failed', number>>;
  readonly total: number;
  readonly failuresByCode: readonly { readonly code: string; readonly count: number }[];
}

/** Sends an archive by the tus protocol, as the CLI and the console do. */
export function uploadArchive(httpUrl: string, api: Api, url: string, archive: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    new Upload(archive, {
      uploadUrl: new URL(url, httpUrl).href,
      uploadLengthDeferred: true,
      chunkSize: 4 * 1024 * 1024,
      headers: { Authorization: `Bearer ${api.token}` },
      retryDelays: null,
      onSuccess: () => resolve(),
      onError: reject,
    }).start();
  });
}

/** Creates a package, sends its archive and asks for its build. */
export async function requestBuild(
  httpUrl: string,
  api: Api,
  settings: object,
  archive: Buffer | null,
): Promise<CreatedPackage> {
  const created = await api.post<CreatedPackage>('/api/v1/packages', {
    ...settings,
    // A template knows by itself whether there is one.
    ...(!('template' in settings) && { hasArchive: archive !== null }),
  });
  if (archive !== null && created.upload) await uploadArchive(httpUrl, api, created.upload.url, archive);
  await api.post(`/api/v1/packages/${created.id}/build`);
  return created;
}

/** Creates a package, sends its archive and builds it. */
export async function buildPackage(
  httpUrl: string,
  api: Api,
  settings: object,
  archive: Buffer | null,
): Promise<BuiltPackage> {
  const created = await requestBuild(httpUrl, api, settings, archive);
  const view = await builtOrFailed(api, created.id);
  if (view.state !== 'built') throw new Error(`The build failed: ${JSON.stringify(view)}`);
  return { ...created, fragmentCount: view.fragmentCount };
}

/** Waits for the end of a build. */
export async function builtOrFailed(api: Api, packageId: string): Promise<PackageView> {
  return waitFor(
    async () => {
      const view = await api.get<PackageView>(`/api/v1/packages/${packageId}`);
      if (view.state !== 'built' && view.state !== 'failed') throw new Error(`it is ${view.state}`);
      return view;
    },
    { what: 'the build to end', timeoutMs: 90_000 },
  );
}

/** Activates a built package; activation hears of the build a moment after the builder knows it. */
export async function activate(api: Api, packageId: string, locations: object = {}): Promise<string> {
  let activationId = '';
  await waitFor(
    async () => {
      const answer = await api.ask<{ id: string; code?: string }>('POST', '/api/v1/activations', {
        packageId,
        ...locations,
      });
      if (answer.status === 409 && answer.body.code === 'ACTIVATION_PACKAGE_NOT_BUILT') return false;
      if (answer.status >= 300) throw new Error(`Activation refused: ${JSON.stringify(answer.body)}`);
      activationId = answer.body.id;
      return true;
    },
    { what: 'the package to be known to activation', timeoutMs: 30_000 },
  );
  return activationId;
}

export async function assign(
  api: Api,
  activationId: string,
  deviceId: string,
  options: object = {},
): Promise<void> {
  await api.post('/api/v1/assignments', { activationId, deviceIds: [deviceId], ...options });
}

/** The newest delivery of a package on a device, once it has come to the given state. */
export async function deliveryIn(
  api: Api,
  packageId: string,
  deviceId: string,
  state: string,
): Promise<DeliveryView> {
  return waitFor(
    async () => {
      const { items } = await api.get<{ items: DeliveryView[] }>(
        `/api/v1/deliveries?packageId=${packageId}&deviceId=${deviceId}`,
      );
      const newest = [...items].sort((a, b) => b.attempt - a.attempt)[0];
      // What waitFor tells of a wait in vain is the last failure.
      if (newest?.state !== state) throw new Error(`it is ${JSON.stringify(newest)}`);
      return newest;
    },
    { what: `the delivery to be ${state}`, timeoutMs: 60_000 },
  );
}
