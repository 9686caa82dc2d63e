import { fileURLToPath } from 'node:url';

/** How the bytes of one method travel: who of the two sends a stream. */
export type RpcKind = 'unary' | 'client-stream' | 'server-stream';

/**
 * A service that one context offers to others: where its proto is, under which token Nest injects it (a remote
 * client in a distributed installation, the context itself in embedded), and the kind of each method.
 */
export interface RpcDefinition<Service> {
  readonly token: symbol;
  /** Absolute path of the `.proto` file. */
  readonly protoPath: string;
  /** Fully qualified name, such as `entrepot.activation.v1.Activation`. */
  readonly service: string;
  readonly methods: { readonly [Method in keyof Service]: RpcKind };
}

/** Declares a service; `file` names a proto in `libs/contracts/rpc`. */
export function defineRpc<Service>(
  file: string,
  service: string,
  methods: { readonly [Method in keyof Service]: RpcKind },
): RpcDefinition<Service> {
  return {
    token: Symbol(service),
    protoPath: fileURLToPath(new URL(`../../rpc/${file}`, import.meta.url)),
    service,
    methods,
  };
}
