import type { FileId, PackageId } from '@entrepot/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { BuildManifest } from '../builds/build-manifest.js';
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
}
