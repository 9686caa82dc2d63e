import { defineRpc } from './define-rpc.js';

export interface AuthenticateRequest {
  /** An access token or an API token, as it came in the Authorization header. */
  readonly token: string;
}

/** Who is calling. */
export interface PrincipalMessage {
  readonly accountId: string;
  readonly name: string;
}

export interface IdentityRpc {
  authenticate(request: AuthenticateRequest): Promise<PrincipalMessage>;
}

export const identityRpc = defineRpc<IdentityRpc>('identity.proto', 'entrepot.identity.v1.Identity', {
  authenticate: 'unary',
});
