import {
  activationRpc,
  identityRpc,
  inventoryRpc,
  packageBuilt,
  type ActivationRpc,
  type EventDefinition,
  type EventOf,
  type groupMemberAdded,
  type InventoryRpc,
  type OfferedPackageMessage,
  type ReportedResult,
} from '@entrepot/contracts';
import type { DeviceId } from '@entrepot/kernel';
import { AuthModule } from '@entrepot/platform-auth';
import { DatabaseModule } from '@entrepot/platform-database';
import { createHttpApp } from '@entrepot/platform-http';
import { EventBus, EventContext, MessagingModule } from '@entrepot/platform-messaging';
import { TelemetryModule } from '@entrepot/platform-telemetry';
import { Module, type DynamicModule } from '@nestjs/common';
import type { MicroserviceOptions } from '@nestjs/microservices';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { ActivationModule } from './activation.module.js';
import type { ActivationOptions } from './activation.options.js';
import { FollowMergesConsumer } from './devices/follow-merges.consumer.js';
import { KeepPackageConsumer } from './packages/keep-package.consumer.js';
import { RecordReportConsumer } from './deliveries/record-report.consumer.js';
import { FollowMembersConsumer } from './rules/follow-members.consumer.js';
import { SettleRuleConsumer } from './rules/settle-rule.consumer.js';
import { TrialInventory } from './trial-inventory.spec-support.js';

@Module({})
class Neighbours {
  /** Identity knows everybody as ada. */
  static module(inventory: InventoryRpc): DynamicModule {
    const authenticate = (): Promise<unknown> => Promise.resolve({ accountId: uuidv7(), name: 'ada' });
    const providers = [
      { provide: inventoryRpc.token, useValue: inventory },
      { provide: identityRpc.token, useValue: { authenticate } },
    ];
    return { module: Neighbours, global: true, providers, exports: providers.map(({ provide }) => provide) };
  }
}

@Module({})
class TrialProgram {}

export interface Answer {
  readonly status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- specs read answers as a script would
  readonly body: any;
}

export interface BuiltPackage {
  readonly packageId: string;
  readonly fileId: string;
  readonly activationId: string;
}

/** Hands an event to a consumer as the bus does; the same context again is the same message again. */
export function messageFor(consumer: string): EventContext {
  return new EventContext([{ id: uuidv7(), subject: 'trial', consumer, attempt: 1 }]);
}

function membership(groupId: string, deviceId: string, at: Date): EventOf<typeof groupMemberAdded> {
  return { groupId, groupName: 'x', deviceId, name: `pc-${deviceId.slice(-4)}`, at: at.toISOString() };
}

/** This context in a program of its own with a real database, for specs: what others would do, it does by hand. */
export class ActivationTrial {
  private fileId = 1_700_000_000;

  private constructor(
    readonly app: NestFastifyApplication,
    readonly inventory: TrialInventory,
  ) {}

  static async start(
    databaseUrl: string,
    options: Partial<ActivationOptions> = {},
  ): Promise<ActivationTrial> {
    const inventory = new TrialInventory();
    const app = await createHttpApp({
      module: TrialProgram,
      imports: [
        TelemetryModule.forProgram({ name: 'trial', logLevel: 'silent' }),
        DatabaseModule.forRoot({ url: databaseUrl }),
        MessagingModule.memory(),
        Neighbours.module(inventory),
        AuthModule,
        ActivationModule.register({
          infoLocation: 'here:8443/download',
          fragmentLocation: 'here:8080/download',
          caFile: null,
          ...options,
        }),
      ],
    });
    app.connectMicroservice<MicroserviceOptions>({ strategy: app.get(EventBus) });
    await app.startAllMicroservices();
    await app.init();
    return new ActivationTrial(app, inventory);
  }

  get rpc(): ActivationRpc {
    return this.app.get(activationRpc.token);
  }

  /** A request to the API as the account ada. */
  async call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, payload?: object): Promise<Answer> {
    const headers = { authorization: 'Bearer trial' };
    const request = { method, url: `/api/v1/${path}`, headers, ...(payload && { payload }) };
    const answer = await this.app.inject(request);
    return { status: answer.statusCode, body: answer.body === '' ? null : answer.json() };
  }

  /** A package that was built. */
  async built(given: Partial<EventOf<typeof packageBuilt>> = {}): Promise<EventOf<typeof packageBuilt>> {
    this.fileId += 1;
    const event: EventOf<typeof packageBuilt> = {
      packageId: uuidv7(),
      fileId: String(this.fileId),
      name: `app-${this.fileId}`,
      operatingSystem: 'linux',
      protocol: 'HTTP',
      priority: 5,
      fragments: 1,
      size: 2 ** 40,
      md5: '',
      sha256: '',
      version: 1,
      files: null,
      at: new Date().toISOString(),
      ...given,
    };
    await this.app.get(KeepPackageConsumer).handle(event, messageFor('activation.keep-package'));
    return event;
  }

  /** A package that was built and activated at the default locations, where nobody serves it. */
  async activated(priority = 5, given: Partial<EventOf<typeof packageBuilt>> = {}): Promise<BuiltPackage> {
    const { packageId, fileId } = await this.built({ priority, ...given });
    const { body } = await this.call('POST', 'activations', { packageId, force: true });
    return { packageId, fileId, activationId: body.id };
  }

  assign(activationId: string, deviceIds: readonly string[], options: object = {}): Promise<Answer> {
    return this.call('POST', 'assignments', { activationId, deviceIds, ...options });
  }

  /** File ids that the reply to a PROLOG would list. */
  async prolog(
    deviceId: string,
    history: readonly string[] = [],
    results: readonly ReportedResult[] = [],
    mayStart = true,
  ): Promise<readonly string[]> {
    const packages = await this.offers(deviceId, history, results, mayStart);
    return packages.map((offered) => offered.fileId);
  }

  /** What the reply to a PROLOG would list. */
  async offers(
    deviceId: string,
    history: readonly string[] = [],
    results: readonly ReportedResult[] = [],
    mayStart = true,
  ): Promise<readonly OfferedPackageMessage[]> {
    const request = { deviceId: deviceId as DeviceId, history, results, mayStart };
    return (await this.rpc.packagesForDevice(request)).packages;
  }

  async report(
    deviceId: string,
    fileId: string,
    result: string,
    context = messageFor('activation.record-report'),
    at = new Date(),
  ): Promise<void> {
    const event = { deviceId, agentDeviceId: 'x', name: 'x', fileId, result, at: at.toISOString() };
    await this.app.get(RecordReportConsumer).handle(event, context);
  }

  /** Inventory says that one device was merged into another one. */
  async merge(
    survivorId: string,
    absorbedId: string,
    mergeId = uuidv7(),
    context = messageFor('activation.follow-merge'),
  ): Promise<string> {
    const at = new Date().toISOString();
    const event = { deviceId: survivorId, agentDeviceId: 'x', name: 'merged', absorbedId, mergeId, at };
    await this.app.get(FollowMergesConsumer).merged({ ...event, cause: 'detected' }, context);
    return mergeId;
  }

  /** Inventory says that the merge was undone. */
  async undo(
    mergeId: string,
    survivorId: string,
    absorbedId: string,
    context = messageFor('activation.follow-restored-device'),
  ): Promise<void> {
    const at = new Date().toISOString();
    const event = { deviceId: absorbedId, agentDeviceId: 'y', name: 'back', survivorId, mergeId, at };
    await this.app.get(FollowMergesConsumer).restored({ ...event, reason: 'unmerged' }, context);
  }

  /** A group, or a saved search, with these members. */
  group(members: readonly string[]): string {
    const id = uuidv7();
    this.inventory.sets.set(id, new Set(members));
    return id;
  }

  /** A device joins a group, and inventory says so. */
  async join(groupId: string, deviceId: string, at = new Date()): Promise<void> {
    this.inventory.sets.get(groupId)?.add(deviceId);
    await this.app
      .get(FollowMembersConsumer)
      .added(membership(groupId, deviceId, at), messageFor('activation.follow-added-member'));
  }

  /** A device leaves a group, and inventory says so. */
  async leave(groupId: string, deviceId: string, at = new Date()): Promise<void> {
    this.inventory.sets.get(groupId)?.delete(deviceId);
    await this.app
      .get(FollowMembersConsumer)
      .removed(membership(groupId, deviceId, at), messageFor('activation.follow-removed-member'));
  }

  /** Compares a rule that has less than a page of members with its group or search. */
  async settle(ruleId: string): Promise<void> {
    const job = { ruleId, after: null, members: 0 };
    await this.app.get(SettleRuleConsumer).handle(job, messageFor('activation.settle-rule'));
  }

  async deliveries(deviceId: string): Promise<Answer['body'][]> {
    return (await this.call('GET', `deliveries?deviceId=${deviceId}`)).body.items;
  }

  /** What was published so far, in order. */
  async published<Payload>(event: EventDefinition<Payload>): Promise<Payload[]> {
    const rows: { payload: Payload }[] = await this.app
      .get(DataSource)
      .query('SELECT payload FROM outbox WHERE subject = $1 ORDER BY id', [event.subject]);
    return rows.map((row) => row.payload);
  }
}
