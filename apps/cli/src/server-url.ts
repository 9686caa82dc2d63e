import { EXIT, Failure } from './failure.js';

/** Where `npm start` listens. */
export const DEFAULT_SERVER = 'http://127.0.0.1:8080';

/** @throws Failure (usage) when the text is no http(s) URL */
export function parseServerUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new Failure(`The server must be an http:// or https:// address, not "${text}".`, EXIT.usage);
  return url;
}

/** Whether the server is on this machine, so that its data folder may be here too. */
export function isLocal(server: URL): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(server.hostname);
}
