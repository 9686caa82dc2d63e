import { CurrentPrincipal, Public, type Principal } from '@entrepot/platform-auth';
import { apiBody, apiOk, zodBody } from '@entrepot/platform-http';
import { Body, Controller, Get, Headers, HttpCode, Ip, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ChangePassword } from './change-password.js';
import {
  accessTokenSchema,
  loginSchema,
  passwordSchema,
  principalSchema,
  type AccessTokenView,
  type LoginInput,
  type PasswordInput,
} from './identity.schemas.js';
import { LogIn } from './log-in.js';
import { LogOut } from './log-out.js';

@ApiTags('auth')
@Controller('api/v1/auth')
export class AuthController {
  constructor(
    private readonly logIn: LogIn,
    private readonly logOut: LogOut,
    private readonly changePassword: ChangePassword,
  ) {}

  @Public()
  @Post('login')
  @HttpCode(200)
  @ApiOperation({ summary: 'Get an access token, good for 12 hours, for a name and a password' })
  @apiBody(loginSchema)
  @apiOk(accessTokenSchema)
  async login(@Body(zodBody(loginSchema)) body: LoginInput, @Ip() address: string): Promise<AccessTokenView> {
    const { accessToken, expiresAt } = await this.logIn.execute({ ...body, address });
    return { accessToken, expiresAt: expiresAt.toISOString() };
  }

  @Post('logout')
  @HttpCode(204)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'End the access token that the request carries' })
  @ApiNoContentResponse()
  async logout(@Headers('authorization') authorization: string): Promise<void> {
    await this.logOut.execute(tokenOf(authorization));
  }

  @Get('me')
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Tell whose token the request carries' })
  @apiOk(principalSchema)
  me(@CurrentPrincipal() { accountId, name }: Principal): Principal {
    return { accountId, name };
  }

  @Post('password')
  @HttpCode(204)
  @ApiBearerAuth()
  @ApiOperation({ summary: "Change the caller's password and end the account's other logins" })
  @apiBody(passwordSchema)
  @ApiNoContentResponse()
  async password(
    @CurrentPrincipal() principal: Principal,
    @Body(zodBody(passwordSchema)) body: PasswordInput,
    @Headers('authorization') authorization: string,
    @Ip() address: string,
  ): Promise<void> {
    await this.changePassword.execute(principal, { ...body, token: tokenOf(authorization), address });
  }
}

/** The guard has accepted the header, so that its form is known. */
function tokenOf(authorization: string): string {
  return authorization.slice('Bearer'.length).trim();
}
