import type { TestProject } from 'vitest/node';
import { startS3, type S3Access } from './s3.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server on which each installation of a run has a bucket of its own. */
    s3: S3Access;
  }
}

/** Global setup of a project whose files share one S3 server: its four processes take seconds to start. */
export default async function startSharedS3(project: TestProject): Promise<() => Promise<void>> {
  const server = await startS3();
  const { endpoint, accessKey, secretKey, region } = server;
  project.provide('s3', { endpoint, accessKey, secretKey, region });
  return () => server.stop();
}
