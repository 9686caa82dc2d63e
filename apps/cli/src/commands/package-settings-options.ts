import { Option, type Command } from 'commander';
import { byteSize, repeated, wholeNumber } from '../options.js';
import { ACTIONS } from '../package-request.js';

const PRIORITY_MAX = 9;
const FRAGMENTS_MAX = 10_000;

/** The options that describe what may differ between versions of a package. */
export function addPackageSettings(command: Command): Command {
  return command
    .option('--file <archive>', 'zip for Windows, tar.gz for the others; with a template, what it asks for')
    .option('--template <name>', 'what agents do with it, as "entrepot templates" lists them')
    .option(
      '--param <name=value>',
      'a parameter of the template; again for more; script=@file reads a file',
      repeated,
    )
    .addOption(new Option('--action <action>', 'what agents do with it').choices(ACTIONS))
    .option('--path <folder>', 'store: where the files go')
    .option('--command <line>', 'execute: the command line')
    .option('--launch <file>', 'launch: the file of the archive to start')
    .option('--description <text>')
    .option('--priority <0-9>', '0 is handled first and alone', wholeNumber(0, PRIORITY_MAX))
    .option('--fragments <count>', 'number of fragments', wholeNumber(1, FRAGMENTS_MAX))
    .option('--fragment-size <size>', 'size of a fragment, such as 1M', byteSize)
    .addOption(new Option('--protocol <protocol>', 'how fragments are fetched').choices(['http', 'https']))
    .option('--wait', 'return when the package is built');
}
