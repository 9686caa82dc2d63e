import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { TLSSocket } from 'node:tls';
import { finding, type LocationFinding } from './location-findings.js';
import type { CheckedCertificate } from './location-check.js';

const REDIRECTS_MAX = 3;
const SILENCE_MS = 10_000;
const DAY_MS = 86_400_000;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export interface AskOptions {
  /** PEM that https must chain to; null: the usual authorities. */
  readonly ca: string | null;
  /** Until the last byte, redirects included. */
  readonly wholeMs: number;
  /** Whether an agent would still be safe if a redirect left https. */
  readonly mayLeaveHttps: boolean;
}

/** What a place answers at last, after redirects; whoever asked reads or destroys the body. */
export interface PlaceAnswer {
  readonly status: number;
  /** Content-Length, where it is told. */
  readonly length: number | null;
  readonly body: IncomingMessage;
  /** What is wrong with the certificates on the way. */
  readonly problems: readonly LocationFinding[];
  /** Of the place that was asked first. */
  readonly certificate: CheckedCertificate | null;
}

/** The place gave no answer to read. */
export class NoAnswer extends Error {
  constructor(readonly finding: LocationFinding) {
    super(finding.text.en);
    this.name = 'NoAnswer';
  }
}

/**
 * Asks as an agent would: GET, no proxy, redirects followed. A certificate that agents would refuse is noted and does
 * not end the exchange, so that everything that is wrong is found at once.
 * @throws NoAnswer
 */
export async function askPlace(url: string, options: AskOptions): Promise<PlaceAnswer> {
  const signal = AbortSignal.timeout(options.wholeMs);
  const problems: LocationFinding[] = [];
  let certificate: CheckedCertificate | null = null;
  let place = new URL(url);
  for (let followed = 0; ; followed++) {
    const body = await get(place, options.ca, signal).catch((error: unknown) => {
      throw new NoAnswer(whyNot(place.href, error));
    });
    if (body.socket instanceof TLSSocket) {
      if (followed === 0) certificate = certificateOf(body.socket);
      const problem = tlsProblem(body.socket, place.href);
      if (problem !== null) problems.push(problem);
    }
    const status = body.statusCode ?? 0;
    if (!REDIRECTS.has(status)) return { status, length: lengthOf(body), body, problems, certificate };
    body.destroy();
    place = nextPlace(place, body.headers.location, followed, options.mayLeaveHttps);
  }
}

/** Why an exchange failed. */
export function whyNot(url: string, error: unknown): LocationFinding {
  const { name, code, message } = error as NodeJS.ErrnoException;
  if (name === 'TimeoutError' || code === 'ETIMEDOUT') return finding('TIMEOUT', { url });
  const reason = code ?? message;
  return finding(/^(?:EPROTO|ERR_SSL|ERR_TLS)/.test(reason) ? 'TLS_FAILED' : 'UNREACHABLE', { url, reason });
}

function get(place: URL, ca: string | null, signal: AbortSignal): Promise<IncomingMessage> {
  const options = { agent: false as const, timeout: SILENCE_MS };
  return new Promise((resolve, reject) => {
    const answered = (response: IncomingMessage): void => {
      // Else whoever reads the body only learns that it broke off, not that it took too long.
      signal.addEventListener('abort', () => response.destroy(signal.reason as Error), { once: true });
      request.on('timeout', () => response.destroy(silent()));
      resolve(response);
    };
    const request =
      place.protocol === 'https:'
        ? // Whether the certificate is good is read off the socket, to say what is wrong with it.
          httpsRequest(place, { ...options, rejectUnauthorized: false, ...(ca !== null && { ca }) }, answered)
        : httpRequest(place, options, answered);
    signal.addEventListener('abort', () => request.destroy(signal.reason as Error), { once: true });
    request.on('timeout', () => request.destroy(silent()));
    request.on('error', reject);
    request.end();
  });
}

function silent(): Error {
  return Object.assign(new Error('silent'), { code: 'ETIMEDOUT' });
}

function nextPlace(place: URL, location: string | undefined, followed: number, mayLeaveHttps: boolean): URL {
  const refuse = (reason: string): NoAnswer =>
    new NoAnswer(finding('BAD_REDIRECT', { url: place.href, reason }));
  if (followed === REDIRECTS_MAX) throw refuse(`more than ${REDIRECTS_MAX} in a row`);
  const next = location === undefined ? null : URL.parse(location, place.href);
  if (next === null || !/^https?:$/.test(next.protocol)) throw refuse('no http address');
  if (place.protocol === 'https:' && next.protocol === 'http:' && !mayLeaveHttps) throw refuse('not https');
  return next;
}

function lengthOf({ headers }: IncomingMessage): number | null {
  const length = headers['content-length'];
  return length === undefined ? null : Number(length);
}

function tlsProblem(socket: TLSSocket, url: string): LocationFinding | null {
  if (socket.authorized) return null;
  const reason = String(socket.authorizationError);
  if (reason === 'ERR_TLS_CERT_ALTNAME_INVALID') return finding('TLS_WRONG_NAME', { url });
  if (reason === 'CERT_HAS_EXPIRED' || reason === 'CERT_NOT_YET_VALID')
    return finding('TLS_EXPIRED', { url, reason });
  return finding('TLS_NOT_TRUSTED', { url, reason });
}

function certificateOf(socket: TLSSocket): CheckedCertificate | null {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return null;
  const validTo = new Date(certificate.validTo);
  return {
    subject: certificate.subject.replaceAll('\n', ', '),
    issuer: certificate.issuer.replaceAll('\n', ', '),
    validTo: validTo.toISOString(),
    daysLeft: Math.floor((validTo.getTime() - Date.now()) / DAY_MS),
  };
}
