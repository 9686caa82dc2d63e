import type { RpcDefinition, RpcKind } from '@entrepot/contracts';
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { withEndOfMessages } from './end-of-messages.js';

/** A method as the wire knows it: plain objects in and out, checked against the proto when they are encoded. */
export type WireMethod = MethodDefinition<object, object>;

export interface ServiceMethod {
  /** Name in TypeScript, such as `putBlob`. */
  readonly name: string;
  /** Name in the proto, such as `PutBlob`. */
  readonly wireName: string;
  readonly kind: RpcKind;
  readonly wire: WireMethod;
}

/**
 * Reads the proto of a service. Fields are camelCase, int64 are numbers, absent scalars and lists have their defaults.
 * @throws Error when the proto lacks the service or a method, or has a method of another kind
 */
export function loadServiceMethods(definition: RpcDefinition<unknown>): ServiceMethod[] {
  const loaded = loadSync(definition.protoPath, {
    keepCase: false,
    longs: Number,
    enums: String,
    defaults: true,
    arrays: true,
    oneofs: true,
  });
  const service = loaded[definition.service] as ServiceDefinition | undefined;
  if (service === undefined) throw new Error(`${definition.protoPath} has no service ${definition.service}`);
  return Object.entries<RpcKind>(definition.methods).map(([name, kind]) => {
    const wireName = name.charAt(0).toUpperCase() + name.slice(1);
    const wire = service[wireName] as WireMethod | undefined;
    if (wire === undefined) throw new Error(`${definition.service} has no method ${wireName}`);
    if (kindOf(wire) !== kind) throw new Error(`${definition.service}.${wireName} is no ${kind} method`);
    return { name, wireName, kind, wire: kind === 'client-stream' ? withEndOfMessages(wire) : wire };
  });
}

function kindOf(method: WireMethod): RpcKind | 'both-streams' {
  if (method.requestStream) return method.responseStream ? 'both-streams' : 'client-stream';
  return method.responseStream ? 'server-stream' : 'unary';
}
