import { defineErrors } from '@entrepot/kernel';

/** The builder's catalogue. Codes of failed builds are stored with the package and never change. */
export const ERRORS = defineErrors({
  BUILDER_PACKAGE_NOT_FOUND: ['not-found', 'No such package'],
  BUILDER_PACKAGE_NAME_TAKEN: ['conflict', 'Another package has, or had, this name'],
  BUILDER_PACKAGE_STATE: ['conflict', 'Not possible in the state of the package'],
  BUILDER_ACTIVATION_UNAVAILABLE: ['unavailable', 'The activations of the package cannot be withdrawn now'],
  BUILDER_SBOM_NOT_FOUND: ['not-found', 'No software bill of materials was given'],
  BUILDER_QUOTA_EXCEEDED: ['too-large', 'Uploads and packages may not take so much room'],
  BUILDER_UPLOAD_NOT_FOUND: ['not-found', 'No such upload'],
  BUILDER_UPLOAD_CONFLICT: ['conflict', 'The upload has moved on'],
  BUILDER_UPLOAD_LENGTH: ['invalid', 'The length of the archive is not usable'],
  BUILDER_STORAGE_UNAVAILABLE: ['unavailable', 'The object store cannot be used at the moment'],
  BUILDER_BUILD_UNFINISHED: ['unavailable', 'The build could not be ended yet'],
  BUILDER_BUILD_BUSY: ['unavailable', 'Another process is building this package'],
  BUILDER_ARCHIVE_UNREADABLE: ['invalid', 'The archive cannot be read by agents of this operating system'],
  BUILDER_ARCHIVE_UNSAFE_PATH: ['invalid', 'The archive holds a path that leaves its folder'],
  BUILDER_ARCHIVE_FILE_MISSING: ['invalid', 'The file to launch is not in the archive'],
  BUILDER_TOO_MANY_FRAGMENTS: ['invalid', 'The archive would be cut into too many fragments'],
  BUILDER_BYTES_DIFFER: ['internal', 'Stored bytes are not the bytes that were sent'],
  BUILDER_TEMPLATE_INVALID: ['invalid', 'The template cannot be used like this'],
  BUILDER_TEMPLATE_COMMAND_TOO_LONG: ['invalid', 'The command of this template is too long for agents'],
  BUILDER_VIRUS_FOUND: ['invalid', 'The virus scanner found something in the upload'],
  BUILDER_SCANNER_UNAVAILABLE: ['unavailable', 'The virus scanner cannot be used at the moment'],
  BUILDER_BUILD_BROKEN: ['internal', 'The build failed for an unexpected reason'],
});
