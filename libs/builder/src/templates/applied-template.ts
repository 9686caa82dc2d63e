import type { PackageAction } from '../packages/package-settings.js';

/** A small file that a template writes itself. */
export interface GeneratedFile {
  readonly name: string;
  readonly content: string;
  /** Of Unix, as in `0o755`. */
  readonly mode: number;
}

/** What a template makes of its parameters. */
export interface AppliedTemplate {
  readonly action: PackageAction;
  /** How the one uploaded file becomes an archive; `none` when the upload is one, or nothing is uploaded. */
  readonly packing: 'none' | 'zip' | 'tar.gz';
  /** What the uploaded file is called inside that archive. */
  readonly packedName: string | null;
  /** The whole content of the archive, when nothing has to be uploaded. */
  readonly generated: readonly GeneratedFile[] | null;
  readonly hasArchive: boolean;
}
