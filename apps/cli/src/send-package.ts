import { Failure } from './failure.js';
import { packageLabel, type PackageView } from './find-package.js';
import type { Session } from './session.js';
import { plainText } from './table.js';
import { archiveSize, uploadArchive, type FragmentRule } from './upload-archive.js';
import { waitForBuild, type PackageWarning } from './wait-for-build.js';

/** What is read of a package that was just made. */
export interface CreatedPackage extends PackageView {
  readonly upload: { readonly url: string } | null;
  readonly fragments: FragmentRule;
  readonly warnings?: readonly PackageWarning[];
}

/** What goes with a package that is to be made. */
export interface SendOptions {
  readonly file?: string;
  readonly wait?: boolean;
}

/**
 * Makes a package, uploads its archive and has it built.
 * @param path where the body is posted to
 * @throws Failure when the file cannot be read, before anything is made; when it needs one, nothing is left behind
 */
export async function sendPackage(
  session: Session,
  path: string,
  body: Readonly<Record<string, unknown>>,
  { file, wait }: SendOptions,
): Promise<void> {
  const { api } = session;
  // Before anything is made on the server: a name typed wrong should leave nothing behind.
  const size = file === undefined ? 0 : await archiveSize(file);
  const created = await api.post<CreatedPackage>(path, body);
  const { id, fileId, name, version } = created;
  if (file === undefined && created.state === 'draft' && created.upload !== null) {
    await api.delete(`/api/v1/packages/${id}`);
    throw new Failure(`--file is missing: ${packageLabel(created)} needs an archive of its own.`);
  }
  const known = noteWarnings(session, created.warnings);
  if (file !== undefined && created.upload !== null)
    await uploadArchive(session, created.upload.url, file, size, created.fragments);
  const building = await api.post<CreatedPackage>(`/api/v1/packages/${id}/build`);
  const now = wait === true ? await waitForBuild(session, id) : building;
  // Some are about the archive, which the server had not seen before.
  noteWarnings(session, now.warnings, known);
  session.show(
    { id, fileId, name, version, state: now.state },
    `Package ${packageLabel(created)} (file id ${fileId}): ${now.state}.\n`,
  );
}

/** @returns what has been said now and before */
function noteWarnings(
  session: Session,
  warnings: readonly PackageWarning[] = [],
  known: ReadonlySet<string> = new Set(),
): ReadonlySet<string> {
  const texts = warnings.map(({ text }) => plainText(text.en));
  for (const text of texts) if (!known.has(text)) session.note(`Warning: ${text}`);
  return new Set([...known, ...texts]);
}
