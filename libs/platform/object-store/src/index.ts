export { DiskObjectStore, type DiskOptions } from './disk-object-store.js';
export { OBJECT_STORE_ERRORS } from './errors.js';
export { objectKey, type ObjectKey } from './object-key.js';
export {
  ObjectStore,
  type ByteRange,
  type ExpectedContent,
  type ObjectStat,
  type StoredContent,
} from './object-store.js';
export { ObjectStoreModule } from './object-store.module.js';
export type { S3Options } from './s3-client.js';
export { S3ObjectStore } from './s3-object-store.js';
