import {
  identityRpc,
  type AuthenticateRequest,
  type IdentityRpc,
  type PrincipalMessage,
} from '@entrepot/contracts';
import { freePort } from '@entrepot/testing';
import { Inject, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { RpcModule } from './index.js';

@Injectable()
class FakeIdentity implements IdentityRpc {
  authenticate({ token }: AuthenticateRequest): Promise<PrincipalMessage> {
    return Promise.resolve({ accountId: '1', name: token });
  }
}

@Injectable()
class Caller {
  constructor(@Inject(identityRpc.token) readonly identity: IdentityRpc) {}
}

describe('RpcModule', () => {
  it('serves the object behind a token and gives another program a client under the same token', async () => {
    const port = await freePort();
    @Module({
      imports: [RpcModule.server([identityRpc], { host: '127.0.0.1', port })],
      providers: [FakeIdentity, { provide: identityRpc.token, useExisting: FakeIdentity }],
    })
    class ServingProgram {}
    @Module({
      imports: [RpcModule.clients([{ definition: identityRpc, address: `127.0.0.1:${port}` }])],
      providers: [Caller],
    })
    class CallingProgram {}
    const serving = await NestFactory.createApplicationContext(ServingProgram, { logger: false });
    const calling = await NestFactory.createApplicationContext(CallingProgram, { logger: false });
    try {
      const principal = await calling.get(Caller).identity.authenticate({ token: 'ann' });
      expect(principal).toEqual({ accountId: '1', name: 'ann' });
    } finally {
      await calling.close();
      await serving.close();
    }
    const released = createServer();
    await new Promise<void>((resolve, reject) =>
      released.once('error', reject).listen(port, '127.0.0.1', resolve),
    );
    await new Promise((resolve) => released.close(resolve));
  });
});
