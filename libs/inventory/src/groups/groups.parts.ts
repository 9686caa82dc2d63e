import type { ModuleParts } from '@entrepot/platform-database';
import { AddMembers } from './add-members.js';
import { ChangeGroup } from './change-group.js';
import { CreateGroup } from './create-group.js';
import { DeleteGroup } from './delete-group.js';
import { DeviceGroupsController } from './device-groups.controller.js';
import { EvaluateGroup } from './evaluate-group.js';
import { EvaluateGroupsConsumer } from './evaluate-groups.consumer.js';
import { EvaluateNewDefinition } from './evaluate-new-definition.js';
import { FindGroupsToEvaluate } from './find-groups-to-evaluate.js';
import { GroupDefinitions } from './group-definitions.js';
import { GroupEvaluation } from './group-evaluation.js';
import { GroupMembersController } from './group-members.controller.js';
import { SelectDevices } from './group-selection.js';
import { GroupTransactions } from './group-transactions.js';
import { GroupsController } from './groups.controller.js';
import { KeepDeliveries } from './keep-deliveries.js';
import { KeepDeliveryConsumer } from './keep-delivery.consumer.js';
import { KeepGroupsCurrent } from './keep-groups-current.js';
import { ListGroupsOfDevice } from './list-groups-of-device.js';
import { ListGroups } from './list-groups.js';
import { ListMembers } from './list-members.js';
import { OverwriteMembers } from './overwrite-members.js';
import { RemoveMembers } from './remove-members.js';
import { ShowGroup } from './show-group.js';

const operations = [
  ...[ListGroups, ShowGroup, CreateGroup, ChangeGroup, DeleteGroup, EvaluateNewDefinition],
  ...[ListMembers, ListGroupsOfDevice, AddMembers, OverwriteMembers, RemoveMembers, SelectDevices],
];
const evaluation = [
  ...[GroupDefinitions, GroupTransactions, FindGroupsToEvaluate, EvaluateGroup, GroupEvaluation],
  ...[KeepGroupsCurrent, KeepDeliveries],
];

/** Groups, who is in them, and the deliveries that groups and searches ask for. */
export const groupsParts: ModuleParts = {
  controllers: [
    ...[GroupsController, GroupMembersController, DeviceGroupsController],
    ...[EvaluateGroupsConsumer, KeepDeliveryConsumer],
  ],
  providers: [...operations, ...evaluation],
};
