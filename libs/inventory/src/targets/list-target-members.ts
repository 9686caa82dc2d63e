import type { MembersReply, MembersRequest } from '@entrepot/contracts';
import { Injectable } from '@nestjs/common';

/** A page of the devices that are in a group or fit a saved search now. */
@Injectable()
export class ListTargetMembers {
  execute(request: MembersRequest): Promise<MembersReply> {
    return Promise.reject(new Error(`Not written yet: ${request.id}`));
  }
}
