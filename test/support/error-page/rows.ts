import { read } from '../../package/markdown.js';

/** How the message of an error may begin, by the page about errors. */
export interface Row {
  code: string;
  /** `…` stands for a value. */
  message: string;
}

/** Provokes an error of a row: returns it, throws it, or rejects with it. */
export type Provoke = () => unknown;

/** By code and by the message as the page has it. */
export type Provocations = Record<string, Record<string, Provoke>>;

/** The rows of the tables of messages: below the heading of their code, under the heading `message`. */
export function rowsOf(page: string): Row[] {
  const rows: Row[] = [];
  let [code, isMessages] = ['', false];
  for (const line of read(page).split('\n')) {
    code = /^#+ (.*)$/.exec(line)?.[1] ?? code;
    if (!line.startsWith('|')) isMessages = false;
    else if (/^\| (?:message|错误信息) \|/.test(line)) isMessages = true;
    else if (isMessages) rows.push(...messagesIn(line).map((message) => ({ code, message })));
  }
  return rows;
}

const messagesIn = (line: string): string[] =>
  [...(line.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, message = '']) => message);

/** Matches the messages that begin so. */
export const beginningWith = ({ message }: Row): RegExp =>
  new RegExp(`^${message.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll('…', '.+')}`);

export async function provoked(provoke: Provoke): Promise<{ code?: string; message: string }> {
  try {
    return (await provoke()) as Error;
  } catch (error) {
    return error as Error;
  }
}
