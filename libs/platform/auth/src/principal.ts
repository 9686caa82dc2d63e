import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { PrincipalMessage } from '@entrepot/contracts';

/** Who calls the API. */
export type Principal = PrincipalMessage;

/** A request that the guard has let pass. */
export interface AuthenticatedRequest {
  principal?: Principal;
}

/** Gives an operation of the API its caller: `create(@CurrentPrincipal() principal: Principal)`. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (!principal) throw new Error('CurrentPrincipal is only known on routes that need a token');
  return principal;
});
