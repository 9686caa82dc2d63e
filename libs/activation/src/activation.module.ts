import { activationRpc } from '@entrepot/contracts';
import { Clock, SystemClock } from '@entrepot/kernel';
import { DatabaseModule } from '@entrepot/platform-database';
import { MessagingModule } from '@entrepot/platform-messaging';
import { Module, type DynamicModule } from '@nestjs/common';
import { ActivatePackage } from './activate-package.js';
import { ActivationEntity } from './activation.entity.js';
import { ACTIVATION_OPTIONS, checkOptions, type ActivationOptions } from './activation.options.js';
import { ActivationRepository } from './activation.repository.js';
import { ActivationRpcController } from './activation-rpc.controller.js';
import { ActivationsController } from './activations.controller.js';
import { AssignPackage } from './assign-package.js';
import { AssignmentEntity } from './assignment.entity.js';
import { AssignmentRepository } from './assignment.repository.js';
import { AssignmentsController } from './assignments.controller.js';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveryEntity } from './delivery.entity.js';
import { DeliveryQueries } from './delivery.queries.js';
import { DeliveryRepository } from './delivery.repository.js';
import { DeviceMergeEntity } from './device-merge.entity.js';
import { DeviceMergeRepository } from './device-merge.repository.js';
import { DeviceEntity } from './device.entity.js';
import { DeviceRepository } from './device.repository.js';
import { FollowMerges } from './follow-merges.js';
import { FollowMergesConsumer } from './follow-merges.consumer.js';
import { KeepDeviceConsumer } from './keep-device.consumer.js';
import { KeepPackageConsumer } from './keep-package.consumer.js';
import { KnownNames } from './known-names.js';
import { ListActivations } from './list-activations.js';
import { ListAssignments } from './list-assignments.js';
import { ListDeliveries } from './list-deliveries.js';
import { MakeWay } from './make-way.js';
import { Merges1795219200000 } from './migrations/20261121-merges.js';
import { InitialSchema1763640000000 } from './migrations/initial-schema.js';
import { PackageEntity } from './package.entity.js';
import { PackageRepository } from './package.repository.js';
import { PackageStatistics } from './package-statistics.js';
import { PackageStatisticsController } from './package-statistics.controller.js';
import { PackagesForDevice } from './packages-for-device.js';
import { PlacedAssignmentRepository } from './placed-assignment.repository.js';
import { RecordReport } from './record-report.js';
import { RecordReportConsumer } from './record-report.consumer.js';
import { ReportEntity } from './report.entity.js';
import { ReportRepository } from './report.repository.js';
import { WithdrawActivation } from './withdraw-activation.js';
import { WithdrawAssignment } from './withdraw-assignment.js';
import { WithdrawDeliveries } from './withdraw-deliveries.js';

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
