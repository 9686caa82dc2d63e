import type { AuthenticateRequest, IdentityRpc, PrincipalMessage } from '@entrepot/contracts';
import { Injectable } from '@nestjs/common';
import { Authenticate } from './authenticate.js';

/** What other contexts may ask of this one. */
@Injectable()
export class IdentityRpcController implements IdentityRpc {
  constructor(private readonly operation: Authenticate) {}

  authenticate({ token }: AuthenticateRequest): Promise<PrincipalMessage> {
    return this.operation.execute(token);
  }
}
