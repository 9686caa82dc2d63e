import {
  activationRpc,
  fragmentsRpc,
  identityRpc,
  inventoryRpc,
  type RpcDefinition,
} from '@entrepot/contracts';
import { loadSync, type MethodDefinition } from '@grpc/proto-loader';
import { describe, expect, it } from 'vitest';

const definitions: RpcDefinition<unknown>[] = [activationRpc, fragmentsRpc, identityRpc, inventoryRpc];

function kindOf(method: MethodDefinition<object, object>): string {
  if (method.requestStream) return 'client-stream';
  return method.responseStream ? 'server-stream' : 'unary';
}

describe.each(definitions)('the calls of $service', ({ protoPath, service, methods }) => {
  it('are those of its proto, of the same kinds', () => {
    const loaded = loadSync(protoPath)[service] as Record<string, MethodDefinition<object, object>>;
    const inProto = Object.entries(loaded).map(([name, method]) => [
      name.charAt(0).toLowerCase() + name.slice(1),
      kindOf(method),
    ]);
    expect(Object.fromEntries(inProto)).toEqual(methods);
  });
});
