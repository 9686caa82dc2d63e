import { AppError, type ActivationId, type PackageId } from '@entrepot/kernel';
import { beforeId, idPage, type Page, type PageQuery } from '@entrepot/platform-http';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { activationWarnings, defaultFragmentLocation } from './activation-warnings.js';
import { ACTIVATION_OPTIONS, type ActivationOptions } from '../activation.options.js';
import { ActivationRepository, type LiveActivation } from './activation.repository.js';
import type { ActivationView } from './activation.schemas.js';
import { ERRORS } from '../errors.js';

/** Shows the activations that are in force. */
@Injectable()
export class ListActivations {
  constructor(
    private readonly database: DataSource,
    private readonly activations: ActivationRepository,
    @Inject(ACTIVATION_OPTIONS) private readonly defaults: ActivationOptions,
  ) {}

  async execute(query: PageQuery & { readonly packageId?: PackageId }): Promise<Page<ActivationView>> {
    const filter = { packageId: query.packageId ?? null };
    const { manager } = this.database;
    const before = beforeId<ActivationId>(query);
    const rows = await this.activations.list(manager, filter, before, query.limit + 1);
    return idPage(
      rows.map((row) => this.view(row)),
      query.limit,
      await this.activations.count(manager, filter),
    );
  }

  /** @throws AppError ACTIVATION_NOT_FOUND also when it was withdrawn */
  async one(activationId: ActivationId): Promise<ActivationView> {
    const found = await this.activations.find(this.database.manager, activationId);
    if (found === null)
      throw new AppError(ERRORS.ACTIVATION_NOT_FOUND, `There is no activation ${activationId}.`);
    return this.view(found);
  }

  /** An activation as people see it. */
  view(activation: LiveActivation): ActivationView {
    const { packageId, fileId, packageName, infoLocation, fragmentLocation } = activation;
    const { forced, checks, createdAt, checkedAt } = activation;
    const usual = [this.defaults.infoLocation, defaultFragmentLocation(activation, this.defaults)];
    return {
      ...{ id: activation.activationId, packageId, fileId, packageName, infoLocation, fragmentLocation },
      createdAt: createdAt.toISOString(),
      automatic: infoLocation === usual[0] && fragmentLocation === usual[1],
      ...{ forced, checks: [...(checks ?? [])], checkedAt: checkedAt?.toISOString() ?? null },
      warnings: activationWarnings(activation, this.defaults),
    };
  }
}
