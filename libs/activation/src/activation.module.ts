import { activationRpc } from '@entrepot/contracts';
import { Clock, SystemClock } from '@entrepot/kernel';
import { DatabaseModule } from '@entrepot/platform-database';
import { MessagingModule } from '@entrepot/platform-messaging';
import { Module, type DynamicModule } from '@nestjs/common';
import { ActivatePackage } from './activations/activate-package.js';
import { ActivationEntity } from './activations/activation.entity.js';
import { ACTIVATION_OPTIONS, checkOptions, type ActivationOptions } from './activation.options.js';
import { ActivationRepository } from './activations/activation.repository.js';
import { ActivationRpcController } from './offers/activation-rpc.controller.js';
import { ActivationsController } from './activations/activations.controller.js';
import { AssignPackage } from './assignments/assign-package.js';
import { AssignmentEntity } from './assignments/assignment.entity.js';
import { AssignmentRepository } from './assignments/assignment.repository.js';
import { AssignmentsController } from './assignments/assignments.controller.js';
import { DeliveriesController } from './deliveries/deliveries.controller.js';
import { DeliveryEntity } from './deliveries/delivery.entity.js';
import { DeliveryQueries } from './deliveries/delivery.queries.js';
import { DeliveryRepository } from './deliveries/delivery.repository.js';
import { DeviceMergeEntity } from './devices/device-merge.entity.js';
import { DeviceMergeRepository } from './devices/device-merge.repository.js';
import { DeviceEntity } from './devices/device.entity.js';
import { DeviceRepository } from './devices/device.repository.js';
import { FollowMerges } from './devices/follow-merges.js';
import { FollowMergesConsumer } from './devices/follow-merges.consumer.js';
import { KeepDeviceConsumer } from './devices/keep-device.consumer.js';
import { KeepPackageConsumer } from './packages/keep-package.consumer.js';
import { KnownNames } from './devices/known-names.js';
import { ListActivations } from './activations/list-activations.js';
import { ListAssignments } from './assignments/list-assignments.js';
import { ListDeliveries } from './deliveries/list-deliveries.js';
import { MakeWay } from './assignments/make-way.js';
import { Merges1795219200000 } from './migrations/20261121-merges.js';
import { InitialSchema1763640000000 } from './migrations/initial-schema.js';
import { PackageEntity } from './packages/package.entity.js';
import { PackageRepository } from './packages/package.repository.js';
import { PackageStatistics } from './statistics/package-statistics.js';
import { PackageStatisticsController } from './statistics/package-statistics.controller.js';
import { PackagesForDevice } from './offers/packages-for-device.js';
import { PlacedAssignmentRepository } from './assignments/placed-assignment.repository.js';
import { RecordReport } from './deliveries/record-report.js';
import { RecordReportConsumer } from './deliveries/record-report.consumer.js';
import { ReportEntity } from './deliveries/report.entity.js';
import { ReportRepository } from './deliveries/report.repository.js';
import { WithdrawActivation } from './activations/withdraw-activation.js';
import { WithdrawAssignment } from './assignments/withdraw-assignment.js';
import { WithdrawDeliveries } from './deliveries/withdraw-deliveries.js';

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
  migrations: [InitialSchema1763640000000, Merges1795219200000],
});

const repositories = [
  PackageRepository,
  DeviceRepository,
  DeviceMergeRepository,
  ActivationRepository,
  AssignmentRepository,
  PlacedAssignmentRepository,
  DeliveryRepository,
  DeliveryQueries,
  ReportRepository,
];

const operations = [
  ActivatePackage,
  WithdrawActivation,
  AssignPackage,
  WithdrawAssignment,
  WithdrawDeliveries,
  MakeWay,
  FollowMerges,
  PackagesForDevice,
  RecordReport,
  PackageStatistics,
  ListActivations,
  ListAssignments,
  ListDeliveries,
];

/** Activations, assignments and deliveries. Needs `inventoryRpc.token` from the program. */
@Module({})
export class ActivationModule {
  /** @throws Error when a default location is no `host[:port]/path` */
  static register(options: ActivationOptions): DynamicModule {
    return {
      module: ActivationModule,
      imports: [database, MessagingModule.forContext('activation', database)],
      controllers: [
        ActivationsController,
        AssignmentsController,
        DeliveriesController,
        PackageStatisticsController,
        KeepPackageConsumer,
        KeepDeviceConsumer,
        FollowMergesConsumer,
        RecordReportConsumer,
      ],
      providers: [
        { provide: ACTIVATION_OPTIONS, useValue: checkOptions(options) },
        { provide: Clock, useClass: SystemClock },
        ...repositories,
        ...operations,
        KnownNames,
        ActivationRpcController,
        { provide: activationRpc.token, useExisting: ActivationRpcController },
      ],
      exports: [activationRpc.token],
    };
  }
}
