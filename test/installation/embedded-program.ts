import { join } from 'node:path';
import { freePorts } from '@entrepot/testing';
import { Program } from './program.js';

export interface EmbeddedSettings extends Readonly<Record<string, string>> {
  readonly ENTREPOT_HTTP_PORT: string;
  readonly ENTREPOT_HTTPS_PORT: string;
  readonly ENTREPOT_DATA_DIR: string;
}

/** What one embedded server among others needs: ports of its own, and its data in a folder of its own. */
export async function embeddedSettings(directory: string): Promise<EmbeddedSettings> {
  const [httpPort, httpsPort] = await freePorts(2);
  return {
    ENTREPOT_HTTP_PORT: String(httpPort),
    ENTREPOT_HTTPS_PORT: String(httpsPort),
    ENTREPOT_DATA_DIR: join(directory, 'data'),
  };
}

export interface EmbeddedProgram {
  readonly program: Program;
  readonly dataDirectory: string;
}

/**
 * The program of `npm start`, without the installing and building; not started yet. It has a Postgres of its own unless
 * the extra settings name another.
 */
export async function embeddedProgram(
  directory: string,
  extra: Readonly<Record<string, string>> = {},
): Promise<EmbeddedProgram> {
  const settings = await embeddedSettings(directory);
  const httpPort = Number(settings.ENTREPOT_HTTP_PORT);
  return {
    program: new Program('embedded', httpPort, { ...settings, ...extra }, directory),
    dataDirectory: settings.ENTREPOT_DATA_DIR,
  };
}
