import type { FileId, PackageId } from '@entrepot/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { BuildManifest } from '../builds/build-manifest.js';
import type { PackageTemplate } from '../templates/template-schema.js';
import type { ArchiveSource, Packing, VirusScan } from './package-origin.js';
import type { FragmentChoice, OperatingSystem, PackageAction, PackageNotice } from './package-settings.js';
import type { PackageState } from './package-state.js';

const bytes = {
  to: (value: number | null) => value,
  from: (value: string | null) => (value === null ? null : Number(value)),
};
/** The table keeps the number, agents and programs the ten digits. */
const fileIdDigits = { to: (value: FileId) => Number(value), from: (value: number) => String(value) };

@Entity({ name: 'package' })
export class PackageEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: PackageId;

  @Column({ name: 'file_id', type: 'integer', transformer: fileIdDigits })
  fileId!: FileId;

  @Column({ type: 'text' })
  name!: string;

  /** From 1; each version of a name is a package of its own. */
  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'text' })
  description!: string;

  @Column({ name: 'operating_system', type: 'text' })
  operatingSystem!: OperatingSystem;

  @Column({ type: 'text' })
  protocol!: 'HTTP' | 'HTTPS';

  @Column({ type: 'smallint' })
  priority!: number;

  @Column({ type: 'jsonb' })
  action!: PackageAction;

  @Column({ type: 'jsonb', nullable: true })
  notify!: PackageNotice | null;

  @Column({ name: 'need_done_action', type: 'jsonb', nullable: true })
  needDoneAction!: { text: string } | null;

  @Column({ name: 'fragment_choice', type: 'jsonb' })
  fragments!: FragmentChoice;

  @Column({ name: 'has_archive', type: 'boolean' })
  hasArchive!: boolean;

  /** What the action was made from; null when it was given as it is. */
  @Column({ type: 'jsonb', nullable: true })
  template!: PackageTemplate | null;

  @Column({ type: 'text' })
  packing!: Packing;

  /** What the upload is called inside the archive that is made of it. */
  @Column({ name: 'packed_name', type: 'text', nullable: true })
  packedName!: string | null;

  @Column({ type: 'text' })
  state!: PackageState;

  /** Bytes handled by the running or last build, of `progressTotal`. */
  @Column({ name: 'progress_bytes', type: 'bigint', transformer: bytes })
  progressBytes!: number;

  @Column({ name: 'progress_total', type: 'bigint', transformer: bytes })
  progressTotal!: number;

  /** What the build made; set before it is published, so that a build that dies there can be finished. */
  @Column({ type: 'jsonb', nullable: true })
  manifest!: BuildManifest | null;

  @Column({ name: 'error_code', type: 'text', nullable: true })
  errorCode!: string | null;

  @Column({ name: 'error_reason', type: 'text', nullable: true })
  errorReason!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'built_at', type: 'timestamptz', nullable: true })
  builtAt!: Date | null;

  /** Name of the account that asked for the last build. */
  @Column({ name: 'built_by', type: 'text', nullable: true })
  builtBy!: string | null;

  @Column({ name: 'build_started_at', type: 'timestamptz', nullable: true })
  buildStartedAt!: Date | null;

  @Column({ name: 'deleted_at', type: 'timestamptz', nullable: true })
  deletedAt!: Date | null;

  /** Known once it is built. */
  @Column({ type: 'jsonb', nullable: true })
  source!: ArchiveSource | null;

  @Column({ name: 'virus_scan', type: 'jsonb', nullable: true })
  virusScan!: VirusScan | null;

  /** CycloneDX, up to some megabytes: read only when it is asked for. */
  @Column({ type: 'json', nullable: true, select: false })
  sbom?: object | null;
}
