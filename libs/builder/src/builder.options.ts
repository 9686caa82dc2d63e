/** What the program tells the builder. */
export interface BuilderOptions {
  /** Where agents get fragments: `host[:port]/path`, without a scheme (OCS-PROTOCOL.md §2.5, PACK_LOC). */
  readonly fragmentLocation: string;
}

/** Token of the {@link BuilderOptions}. */
export const BUILDER_OPTIONS = Symbol('BUILDER_OPTIONS');

const LOCATION = /^(?:[A-Za-z0-9._-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?(?:\/[A-Za-z0-9._~-]+)+$/;

/** @throws Error when the location is not `host[:port]/path` */
export function checkOptions(options: BuilderOptions): BuilderOptions {
  if (!LOCATION.test(options.fragmentLocation))
    throw new Error(
      `fragmentLocation must be host[:port]/path without a scheme: ${options.fragmentLocation}`,
    );
  return options;
}
