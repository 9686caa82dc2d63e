import { acceleratedLocation, type ProxyPlace } from './proxy-cache.js';

/** Where to connect and what to ask for, to get one file out of a proxy cache as an agent does. */
export interface ProxiedAddress {
  /** Host to connect to; an IPv6 address without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** The request's target: a whole URL for a forward proxy. */
  readonly path: string;
  /** The Host header. */
  readonly host: string;
  /** What the agent believes to fetch, and what the cache keeps it as. */
  readonly url: string;
}

/**
 * The address of a fragment in a proxy cache (OCS-PROTOCOL.md §5.1).
 * @param fragmentLocation `host:port/path` that agents behind a forward proxy are told
 */
export function proxiedAddress(
  place: ProxyPlace,
  fragmentLocation: string,
  fileId: string,
  name: string,
): ProxiedAddress {
  const location = place.kind === 'accelerator' ? acceleratedLocation(place) : fragmentLocation;
  const slash = `${location}/`.indexOf('/');
  const host = location.slice(0, slash);
  const path = `${location.slice(slash)}/${fileId}/${name}`;
  const url = `http://${host}${path}`;
  return {
    hostname: place.host.replace(/^\[|\]$/g, ''),
    port: place.port,
    path: place.kind === 'accelerator' ? path : url,
    host,
    url,
  };
}
