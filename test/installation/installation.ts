import { inject } from 'vitest';
import { startDistributed } from './distributed-installation.js';
import { startEmbedded } from './embedded-installation.js';

/** A whole Entrepot under test, whichever way it runs; journeys see nothing but this. */
export interface Installation {
  readonly mode: 'embedded' | 'distributed';
  readonly httpUrl: string;
  readonly adminPassword: string;
  /** The database that holds every context's schema. */
  readonly databaseUrl: string;
  /** Ends everything and removes its data. */
  stop(): Promise<void>;
}

/** Starts the installation that the environment variable JOURNEY_MODE names. */
export function startInstallation(): Promise<Installation> {
  const mode = process.env['JOURNEY_MODE'];
  if (mode === 'embedded') return startEmbedded();
  if (mode === 'distributed') return startDistributed(inject('s3'));
  throw new Error('JOURNEY_MODE must be embedded or distributed');
}
