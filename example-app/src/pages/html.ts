/** Markup that may enter a page unescaped; only `html` and this folder's own literals make it. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Html | false | null | undefined | readonly Value[];

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function print(value: Value): string {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(print).join('');
  if (value === false || value === null || value === undefined) return '';
  return String(value).replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}

/** A template in which every value is escaped. Attributes are written in quotes. */
export const html = (literals: TemplateStringsArray, ...values: Value[]): Html =>
  new Html(literals.reduce((text, literal, at) => text + print(values[at - 1]) + literal));
