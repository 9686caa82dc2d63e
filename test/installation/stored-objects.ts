import { Readable } from 'node:stream';
import { DiskObjectStore, objectKey, S3ObjectStore, type ObjectStore } from '@entrepot/platform-object-store';
import { DistributedInstallation } from './distributed-installation.js';
import { EmbeddedInstallation } from './embedded-installation.js';
import type { Installation } from './installation.js';

/** Changes one byte of a published fragment behind the back of the fragments program, on disk or on the S3 server. */
export async function flipStoredByte(
  installation: Installation,
  fileId: string,
  fragment: number,
): Promise<void> {
  const store = storeOf(installation);
  const key = objectKey('package', fileId, `${fileId}-${fragment}`);
  const chunks: Buffer[] = [];
  for await (const chunk of await store.get(key)) chunks.push(Buffer.from(chunk as Uint8Array));
  const bytes = Buffer.concat(chunks);
  bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 0xff;
  await store.put(key, Readable.from([bytes]));
}

function storeOf(installation: Installation): ObjectStore {
  if (installation instanceof EmbeddedInstallation) {
    return new DiskObjectStore({ directory: installation.objectDirectory });
  }
  if (installation instanceof DistributedInstallation) {
    const { endpoint, accessKey, secretKey, region, bucket } = installation.parts.s3;
    return new S3ObjectStore({ endpoint, accessKey, secretKey, region, bucket });
  }
  throw new Error(`Not an installation of ours: ${installation.mode}`);
}
