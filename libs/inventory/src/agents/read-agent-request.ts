import { AppError, Gate } from '@entrepot/kernel';
import {
  decodeRequest,
  inflateBody,
  type AgentRequest,
  type BodyEncoding,
  type InflatedBody,
} from '@entrepot/ocs-wire';
import { Inject, Injectable } from '@nestjs/common';
import { INVENTORY_ERRORS } from '../errors.js';
import { INVENTORY_OPTIONS, type InventoryOptions } from '../inventory-options.js';

export interface ReadRequest {
  readonly request: AgentRequest;
  /** How the body was packed, and the reply is to be. */
  readonly encoding: BodyEncoding;
}

/** Inflates and decodes bodies, never more at once than memory allows. */
@Injectable()
export class ReadAgentRequest {
  private readonly inflating: Gate;
  private readonly inflated: Gate;

  constructor(@Inject(INVENTORY_OPTIONS) private readonly options: InventoryOptions) {
    this.inflating = new Gate(options.inflations, options.waitingRequests, busy);
    this.inflated = new Gate(options.inflatedBytesAtOnce, options.waitingRequests, busy);
  }

  /**
   * Reads a body and gives its request to the work, whose end makes room for others.
   * @throws WireError for a body that is no request; AppError INVENTORY_BUSY when too many wait
   */
  async withRequest<Result>(body: Buffer, work: (read: ReadRequest) => Promise<Result>): Promise<Result> {
    const leaveInflating = await this.inflating.enter(1);
    let leave: () => void;
    let inflated: InflatedBody;
    try {
      inflated = await inflateBody(body, this.options.maxInflatedBytes);
      leave = await this.inflated.enter(inflated.bytes.length);
    } finally {
      leaveInflating();
    }
    try {
      return await work({ request: decodeRequest(inflated.bytes), encoding: inflated.encoding });
    } finally {
      leave();
    }
  }
}

function busy(waiting: number): AppError {
  const detail = 'Too many requests wait already; try again later.';
  return new AppError(INVENTORY_ERRORS.INVENTORY_BUSY, detail, { waiting });
}
