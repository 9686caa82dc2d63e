import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { expect, it } from 'vitest';
import { objectKey, ObjectStore, ObjectStoreModule } from './index.js';

@Injectable()
class Keeper {
  constructor(readonly store: ObjectStore) {}
}

@Module({ providers: [Keeper], exports: [Keeper] })
class KeeperModule {}

it('gives every module the same store by its type', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'entrepot-objects-'));
  @Module({ imports: [ObjectStoreModule.disk({ directory }), KeeperModule] })
  class App {}
  const app = await NestFactory.createApplicationContext(App, { logger: false });
  expect(await app.get(Keeper).store.stat(objectKey('nothing'))).toBeNull();
  await app.close();
  await rm(directory, { recursive: true });
});
