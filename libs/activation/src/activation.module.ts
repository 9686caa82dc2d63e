import { activationRpc } from '@entrepot/contracts';
import { Clock, SystemClock } from '@entrepot/kernel';
import { DatabaseModule } from '@entrepot/platform-database';
import { MessagingModule } from '@entrepot/platform-messaging';
import { Module, type DynamicModule } from '@nestjs/common';
import { ACTIVATION_OPTIONS, checkOptions, type ActivationOptions } from './activation.options.js';
import { ActivationEntity } from './activations/activation.entity.js';
import { activationsParts } from './activations/activations.parts.js';
import { archivesParts } from './archives/archives.parts.js';
import { AssignmentEntity } from './assignments/assignment.entity.js';
import { assignmentsParts } from './assignments/assignments.parts.js';
import { attemptsParts } from './attempts/attempts.parts.js';
import { deliveriesParts } from './deliveries/deliveries.parts.js';
import { DeliveryEntity } from './deliveries/delivery.entity.js';
import { ReportEntity } from './deliveries/report.entity.js';
import { DeviceMergeEntity } from './devices/device-merge.entity.js';
import { DeviceEntity } from './devices/device.entity.js';
import { devicesParts } from './devices/devices.parts.js';
import { funnelParts } from './funnel/funnel.parts.js';
import { Merges1795219200000 } from './migrations/20261121-merges.js';
import { Depth1795305600000 } from './migrations/20261122-depth.js';
import { InitialSchema1763640000000 } from './migrations/initial-schema.js';
import { ActivationRpcController } from './offers/activation-rpc.controller.js';
import { offersParts } from './offers/offers.parts.js';
import { PackageEntity } from './packages/package.entity.js';
import { packagesParts } from './packages/packages.parts.js';
import { rulesParts } from './rules/rules.parts.js';
import { setsParts } from './sets/sets.parts.js';
import { statisticsParts } from './statistics/statistics.parts.js';

const database = DatabaseModule.forContext({
  schema: 'activation',
  entities: [
    PackageEntity,
    DeviceEntity,
    DeviceMergeEntity,
    ActivationEntity,
    AssignmentEntity,
    DeliveryEntity,
    ReportEntity,
  ],
  migrations: [InitialSchema1763640000000, Merges1795219200000, Depth1795305600000],
});

const PARTS = [
  ...[packagesParts, devicesParts, activationsParts, assignmentsParts, rulesParts, setsParts],
  ...[offersParts, deliveriesParts, attemptsParts, funnelParts, archivesParts, statisticsParts],
];

/** Activations, assignments and deliveries. Needs `inventoryRpc.token` from the program. */
@Module({})
export class ActivationModule {
  /** @throws Error when a default location is no `host[:port]/path` */
  static register(options: ActivationOptions): DynamicModule {
    return {
      module: ActivationModule,
      imports: [database, MessagingModule.forContext('activation', database)],
      controllers: PARTS.flatMap((parts) => parts.controllers),
      providers: [
        { provide: ACTIVATION_OPTIONS, useValue: checkOptions(options) },
        { provide: Clock, useClass: SystemClock },
        ...PARTS.flatMap((parts) => parts.providers),
        { provide: activationRpc.token, useExisting: ActivationRpcController },
      ],
      exports: [activationRpc.token],
    };
  }
}
