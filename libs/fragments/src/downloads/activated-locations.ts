import { AppError, type ActivationId, type FileId } from '@entrepot/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ERRORS } from '../errors.js';

interface ActivatedLocation {
  readonly fileId: string;
  readonly fragmentLocation: string;
}

/** Locations that are remembered; they never change. */
const MOST_REMEMBERED = 1_000;

/** The only queries on the table `activated_location`: where the fragments of each activation are. */
@Injectable()
export class ActivatedLocations {
  private readonly known = new Map<string, ActivatedLocation>();

  constructor(private readonly database: DataSource) {}

  /** Keeps the location of an activation, once or again. */
  async keep(activationId: string, fileId: string, fragmentLocation: string): Promise<void> {
    await this.database.query(
      `INSERT INTO activated_location (activation_id, file_id, fragment_location) VALUES ($1, $2, $3)
       ON CONFLICT (activation_id) DO NOTHING`,
      [activationId, fileId, fragmentLocation],
    );
  }

  /**
   * Where agents that were told of a package by this activation fetch its fragments from.
   * @throws AppError FRAGMENTS_LOCATION_UNKNOWN when the activation is not heard of yet;
   * FRAGMENTS_FILE_NOT_FOUND when it is another package's
   */
  async of(activationId: ActivationId, fileId: FileId): Promise<string> {
    const location = this.known.get(activationId) ?? (await this.read(activationId));
    if (location.fileId !== fileId)
      throw new AppError(ERRORS.FRAGMENTS_FILE_NOT_FOUND, 'There is no such file.');
    return location.fragmentLocation;
  }

  private async read(activationId: ActivationId): Promise<ActivatedLocation> {
    const [location] = await this.database.query<ActivatedLocation[]>(
      `SELECT file_id AS "fileId", fragment_location AS "fragmentLocation" FROM activated_location
       WHERE activation_id = $1`,
      [activationId],
    );
    if (location === undefined) {
      const reason = 'The activation is not known yet; try again later.';
      throw new AppError(ERRORS.FRAGMENTS_LOCATION_UNKNOWN, reason);
    }
    if (this.known.size >= MOST_REMEMBERED) this.known.clear();
    this.known.set(activationId, location);
    return location;
  }
}
