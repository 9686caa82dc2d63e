import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { identityRpc, type IdentityRpc } from '@entrepot/contracts';
import { AppError } from '@entrepot/kernel';
import { setLogContext } from '@entrepot/platform-telemetry';
import { readBearerToken } from './bearer-token.js';
import { AUTH_ERRORS } from './errors.js';
import { PrincipalCache } from './principal-cache.js';
import type { AuthenticatedRequest, Principal } from './principal.js';
import { PUBLIC_ROUTE } from './public.js';

const CLOSED = '/api/v1';

/** Closes every route of the API to callers without an accepted token; agents' and health routes stay open. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly cache: PrincipalCache,
    @Inject(identityRpc.token) private readonly identity: IdentityRpc,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest & AuthenticatedRequest>();
    if (!this.isClosed(request, context)) return true;
    const principal = await this.authenticate(readBearerToken(request.headers.authorization));
    request.principal = principal;
    setLogContext({ account: principal.name });
    return true;
  }

  /** The route decides, not the URL, which can be written in many ways. */
  private isClosed(request: FastifyRequest, context: ExecutionContext): boolean {
    const route = request.routeOptions.url ?? '';
    if (route !== CLOSED && !route.startsWith(`${CLOSED}/`)) return false;
    return !this.reflector.getAllAndOverride<boolean>(PUBLIC_ROUTE, [
      context.getHandler(),
      context.getClass(),
    ]);
  }

  private async authenticate(token: string): Promise<Principal> {
    const known = this.cache.find(token);
    if (known) return known;
    const principal = await this.identity.authenticate({ token }).catch((error: unknown) => {
      if (!(error instanceof AppError) || error.kind !== 'unauthenticated') throw error;
      throw new AppError(
        AUTH_ERRORS.AUTH_TOKEN_INVALID,
        'The token is unknown, expired or revoked.',
        {},
        { cause: error },
      );
    });
    this.cache.remember(token, principal);
    return principal;
  }
}
