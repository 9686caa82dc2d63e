/** What the program tells the identity context. */
export interface IdentityOptions {
  /** The administrator's password at every start, or null to have one generated at the first. */
  readonly adminPassword: string | null;
  /** Keeps (and perhaps shows) a generated password; when it throws, the account is not created. */
  readonly onGeneratedPassword?: (password: string) => void | Promise<void>;
}

/** Token of the module's {@link IdentityOptions}. */
export const IDENTITY_OPTIONS = Symbol('IDENTITY_OPTIONS');
