import { AppError, Gate } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { INVENTORY_ERRORS } from '../errors.js';

const STATEMENT_MS = 20_000;
const CANCELLED = '57014';
/** Inventories need connections and processors too. */
const AT_ONCE = 3;
const MOST_WAITING = 100;

/** Runs the statements of searches: they only read, and none may take for ever. */
@Injectable()
export class SearchTransactions {
  private readonly gate = new Gate(
    AT_ONCE,
    MOST_WAITING,
    () => new AppError(INVENTORY_ERRORS.INVENTORY_BUSY, 'Too many searches at once; try again later.'),
  );

  constructor(private readonly database: DataSource) {}

  /** @throws AppError INVENTORY_SEARCH_TOO_SLOW when a statement takes longer than 20 s, INVENTORY_BUSY */
  async run<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    try {
      return await this.within(STATEMENT_MS, work);
    } catch (error) {
      throw wasCancelled(error) ? tooSlow(error) : error;
    }
  }

  /** Answers null when a statement takes longer than the given milliseconds. */
  async runBriefly<Result>(
    milliseconds: number,
    work: (manager: EntityManager) => Promise<Result>,
  ): Promise<Result | null> {
    try {
      return await this.within(milliseconds, work);
    } catch (error) {
      if (wasCancelled(error)) return null;
      throw error;
    }
  }

  private within<Result>(
    milliseconds: number,
    work: (manager: EntityManager) => Promise<Result>,
  ): Promise<Result> {
    return this.gate.run(() =>
      this.database.transaction(async (manager) => {
        await prepareSearch(manager, milliseconds);
        return work(manager);
      }),
    );
  }
}

/**
 * Settings of the transaction that suit searches. The planner takes comparing an array or a JSON for as cheap as comparing
 * two numbers, and pages for as far away as on a disk; compiling to machine code costs more than it brings.
 */
export async function prepareSearch(manager: EntityManager, statementMs: number): Promise<void> {
  await manager.query(PREPARE, [String(statementMs)]);
}

/** What is answered to a search that took too long. */
export function tooSlow(cause: unknown): AppError {
  const message = 'The search took longer than 20 seconds; ask for less, or for something more selective.';
  return new AppError(INVENTORY_ERRORS.INVENTORY_SEARCH_TOO_SLOW, message, {}, { cause });
}

/** Whether a statement was ended because of its time. */
export function wasCancelled(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === CANCELLED;
}

const PREPARE = `
  SELECT set_config('statement_timeout', $1, true), set_config('transaction_read_only', 'on', true),
    set_config('jit', 'off', true), set_config('work_mem', '32MB', true),
    set_config('random_page_cost', '1.1', true), set_config('cpu_operator_cost', '0.02', true)`;
