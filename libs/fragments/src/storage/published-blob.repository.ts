import type { PublishedBlob } from '@entrepot/contracts';
import type { FileId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { PublishedBlobEntity } from './published-blob.entity.js';

/** Entries of the cache: about 3 MB. */
const CACHE_SIZE = 10_000;

/** The only queries on the table `published_blob`. Single rows are cached, which is safe as they never change. */
@Injectable()
export class PublishedBlobRepository {
  /** In the order of their last use: the first is the next to go. */
  private readonly cache = new Map<string, PublishedBlob>();

  constructor(private readonly database: DataSource) {}

  async find(fileId: string, name: string): Promise<PublishedBlob | null> {
    const key = `${fileId}/${name}`;
    const blob =
      this.cache.get(key) ??
      (await this.database.getRepository(PublishedBlobEntity).findOneBy({ fileId, name }));
    if (blob === null) return null;
    this.cache.delete(key);
    this.cache.set(key, blob);
    if (this.cache.size > CACHE_SIZE) this.cache.delete(this.cache.keys().next().value ?? '');
    return blob;
  }

  /** Runs work on one package while no other work on it runs, in this or another process. */
  exclusively<Result>(fileId: string, work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return this.database.transaction(async (manager) => {
      await manager.query("SELECT pg_advisory_xact_lock(hashtextextended('fragments.package.' || $1, 0))", [
        fileId,
      ]);
      return work(manager);
    });
  }

  list(manager: EntityManager, fileId: string): Promise<PublishedBlob[]> {
    return manager.getRepository(PublishedBlobEntity).findBy({ fileId });
  }

  async insert(manager: EntityManager, fileId: FileId, blobs: readonly PublishedBlob[]): Promise<void> {
    await manager.query(
      `INSERT INTO published_blob (file_id, name, size, sha256)
       SELECT $1, * FROM unnest($2::text[], $3::bigint[], $4::text[])`,
      [
        fileId,
        blobs.map((blob) => blob.name),
        blobs.map((blob) => blob.size),
        blobs.map((blob) => blob.sha256),
      ],
    );
  }
}
