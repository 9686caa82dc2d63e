import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** Silence that is taken for the end of a place. */
const SILENCE_MS = 15_000;

/** Where to connect and what to ask for. */
export interface CopyRequest {
  readonly secure: boolean;
  readonly hostname: string;
  readonly port: number | string;
  /** The request's target: a whole URL for a forward proxy. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Ends it, in the middle of its bytes too: a place that sends a byte now and then is never silent. */
  readonly signal: AbortSignal;
}

/**
 * Asks another place for a file. Redirects are not followed: the place that was named has it or not.
 * @returns its bytes, or null when it answers anything but 200
 * @throws Error when it cannot be reached, is silent or takes too long; so does the stream, midway
 */
export async function fetchCopy({ secure, ...where }: CopyRequest): Promise<IncomingMessage | null> {
  const request = secure ? httpsRequest : httpRequest;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request({ ...where, agent: false, timeout: SILENCE_MS }, resolve);
    asked.on('timeout', () => asked.destroy(new Error(`${where.hostname} is silent`)));
    asked.on('error', reject);
    asked.end();
  });
  if (response.statusCode === 200) return response;
  response.destroy();
  return null;
}
