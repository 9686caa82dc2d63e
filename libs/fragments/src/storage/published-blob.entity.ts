import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A file that agents may download. Rows never change, they only go: a corrected package gets another file id. */
@Entity({ name: 'published_blob' })
export class PublishedBlobEntity {
  @PrimaryColumn({ name: 'file_id', type: 'text' })
  fileId!: string;

  /** `info` or `<file id>-<n>`. */
  @PrimaryColumn({ type: 'text' })
  name!: string;

  /** Bytes. */
  @Column({ type: 'bigint', transformer: { to: (value: number) => value, from: Number } })
  size!: number;

  @Column({ type: 'text' })
  sha256!: string;
}
