import { Command, type CommanderError, Option } from 'commander';
import { paint } from './output/paint.js';
import { UsageError } from './usage.js';

export type { Command };

/** What the help of a command says. */
export interface CommandTexts {
  /** One line for the list of commands. */
  summary: string;
  /** What `--help` says above the options: sentences without line breaks, which the library inserts. */
  description?: string;
  /** Text below the options, printed as it is. */
  notes?: string;
  /** Command lines without `npx koa-wxpay`, each with what it does. */
  examples?: readonly (readonly [line: string, does: string])[];
}

/**
 * A command whose wrong uses end as one {@link UsageError}, with a suggestion for a misspelt option or command, and whose help
 * ends with examples.
 */
export function command(name: string, { summary, description = summary, notes, examples = [] }: CommandTexts): Command {
  const made = new Command(name)
    .summary(summary)
    .description(description)
    .helpOption('-h, --help', 'print this help')
    .configureHelp({ styleTitle: paint(process.stdout).bold })
    .configureOutput({ outputError: () => {} });
  made.exitOverride((error) => {
    throw error.exitCode === 0 ? error : new UsageError(inOneLine(error, made));
  });
  if (notes !== undefined) made.addHelpText('after', `\n${notes}`);
  if (examples.length > 0)
    made.addHelpText('after', () => `\n${paint(process.stdout).bold('Examples:')}\n${listed(examples)}`);
  return made;
}

const listed = (examples: readonly (readonly [string, string])[]): string =>
  examples.map(([line, does]) => `  ${paint(process.stdout).dim(`# ${does}`)}\n  npx koa-wxpay ${line}`).join('\n');

/** The message of the library has a prefix, and its suggestion on a line of its own. */
function inOneLine({ message }: CommanderError, where: Command): string {
  const text = message
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace('(Did you', '(did you');
  return `${text}: see "${pathOf(where)} --help"`;
}

/** `koa-wxpay scenario on` */
const pathOf = (made: Command): string => (made.parent ? `${pathOf(made.parent)} ${made.name()}` : made.name());

/** An option with a fixed set of values. */
export const choice = (flags: string, description: string, values: readonly string[]): Option =>
  new Option(flags, description).choices(values);

/** The option of every command that prints something. */
export const jsonOption = (): Option => new Option('--json', 'print JSON, for scripts');

/** Whether `error` only says that help or version were printed. */
export const isPrinted = (error: unknown): boolean =>
  error instanceof Error && 'exitCode' in error && error.exitCode === 0;
