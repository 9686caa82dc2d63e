import { AppError } from '@entrepot/kernel';
import { beforeId, idPage, type Page, type PageQuery } from '@entrepot/platform-http';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ActivationRepository, type LiveActivation } from './activation.repository.js';
import type { ActivationView } from './activation.schemas.js';
import { ERRORS } from './errors.js';

/** Shows the activations that are in force. */
@Injectable()
export class ListActivations {
  constructor(
    private readonly database: DataSource,
    private readonly activations: ActivationRepository,
  ) {}

  async execute(query: PageQuery & { readonly packageId?: string }): Promise<Page<ActivationView>> {
    const filter = { packageId: query.packageId ?? null };
    const { manager } = this.database;
    const rows = await this.activations.list(manager, filter, beforeId(query), query.limit + 1);
    return idPage(rows.map(activationView), query.limit, await this.activations.count(manager, filter));
  }

  /** @throws AppError ACTIVATION_NOT_FOUND also when it was withdrawn */
  async one(activationId: string): Promise<ActivationView> {
    const found = await this.activations.find(this.database.manager, activationId);
    if (found === null)
      throw new AppError(ERRORS.ACTIVATION_NOT_FOUND, `There is no activation ${activationId}.`);
    return activationView(found);
  }
}

export function activationView({ activationId, createdAt, ...rest }: LiveActivation): ActivationView {
  return { id: activationId, ...rest, createdAt: createdAt.toISOString() };
}
