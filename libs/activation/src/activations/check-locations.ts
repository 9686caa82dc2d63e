import { readFile } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import { ACTIVATION_OPTIONS, type ActivationOptions } from '../activation.options.js';
import type { PackageEntity } from '../packages/package.entity.js';
import { checkFragments } from './check-fragments.js';
import { checkInfo } from './check-info.js';
import { locationCheck, type LocationCheck } from './location-check.js';
import { finding } from './location-findings.js';

/** Where a package would be, or is. */
export interface Locations {
  readonly infoLocation: string;
  readonly fragmentLocation: string;
}

/** Asks both locations of an activation as an agent would. Takes half a minute at the worst. */
@Injectable()
export class CheckLocations {
  constructor(@Inject(ACTIVATION_OPTIONS) private readonly options: ActivationOptions) {}

  /** @returns a result for the info location and one for the fragment location */
  async execute(
    built: PackageEntity,
    { infoLocation, fragmentLocation }: Locations,
  ): Promise<LocationCheck[]> {
    const ca = await this.readCa();
    if (ca instanceof Error) return [unreadable(infoLocation, this.options.caFile ?? '', ca)];
    return Promise.all([checkInfo(infoLocation, built, ca), checkFragments(fragmentLocation, built, ca)]);
  }

  /** Read each time: who renews the authority does not restart the server. */
  private async readCa(): Promise<string | null | Error> {
    const { caFile } = this.options;
    if (caFile === null) return null;
    return readFile(caFile, 'utf8').catch((error: unknown) => error as Error);
  }
}

function unreadable(location: string, url: string, { message }: Error): LocationCheck {
  const problems = [finding('CA_FILE_UNREADABLE', { url, reason: message })];
  return locationCheck({
    ...{ location, kind: 'info', problems, warnings: [] },
    ...{ certificate: null, checkedAt: new Date() },
  });
}
