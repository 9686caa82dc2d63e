import { createHash, randomBytes } from 'node:crypto';
import { httpRequest, makeTarGz, waitFor } from '@entrepot/testing';
import { PASSWORD } from './download-programs.mjs';

const CHUNK = 8 * 2 ** 20;

/** An archive of about so many bytes that nothing can make smaller. */
export function archiveOf(bytes) {
  return makeTarGz({ noise: { content: randomBytes(bytes) } });
}

/** Builds a package of an archive by the public API; answers its file id. */
export async function buildPackage(port, archive, fragments) {
  const api = await login(port);
  const { id, fileId, upload } = await api('POST', '/packages', {
    name: 'noise',
    operatingSystem: 'linux',
    action: { kind: 'STORE', path: '/srv/noise' },
    hasArchive: true,
    fragments: { count: fragments },
  });
  await send(port, api.token, upload.url, archive);
  await api('POST', `/packages/${id}/build`, {});
  await waitFor(
    async () => {
      const { state, error } = await api('GET', `/packages/${id}`);
      if (state === 'failed') throw new Error(`The build failed: ${JSON.stringify(error)}`);
      return state === 'built';
    },
    { what: 'the build to end', timeoutMs: 180_000, everyMs: 250 },
  );
  return fileId;
}

/** The SHA-256 that each fragment of an archive must have: equal parts, the last has the rest (OCS-PROTOCOL.md §5.4). */
export function digestsOf(archive, fragments) {
  const part = Math.floor(archive.length / fragments);
  return Array.from({ length: fragments }, (_, at) => {
    const end = at === fragments - 1 ? archive.length : (at + 1) * part;
    return createHash('sha256')
      .update(archive.subarray(at * part, end))
      .digest('hex');
  });
}

async function login(port) {
  const call = async (method, path, body) => {
    const answer = await httpRequest(`http://127.0.0.1:${port}/api/v1${path}`, {
      method,
      headers: {
        ...(call.token && { Authorization: `Bearer ${call.token}` }),
        ...(body && { 'Content-Type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = answer.body.toString('utf8');
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return JSON.parse(text);
  };
  call.token = '';
  const { accessToken } = await call('POST', '/auth/login', { username: 'admin', password: PASSWORD });
  call.token = accessToken;
  return call;
}

/** By the tus protocol, in pieces. */
async function send(port, token, url, archive) {
  for (let offset = 0; offset < archive.length; offset += CHUNK) {
    const body = archive.subarray(offset, offset + CHUNK);
    const answer = await httpRequest(new URL(url, `http://127.0.0.1:${port}`).href, {
      method: 'PATCH',
      headers: {
        Authorization: `Bearer ${token}`,
        'Tus-Resumable': '1.0.0',
        'Upload-Offset': String(offset),
        ...(offset + CHUNK >= archive.length && { 'Upload-Length': String(archive.length) }),
        'Content-Type': 'application/offset+octet-stream',
        'Content-Length': body.length,
      },
      body,
      timeoutMs: 120_000,
    });
    if (answer.status !== 204)
      throw new Error(`The upload was answered with ${answer.status}: ${answer.body}`);
  }
}
