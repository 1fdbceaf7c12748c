import type { Paint } from '../output/paint.js';
import type { Finding, Severity } from './finding.js';

const MARKS: Record<Severity, string> = { error: '✗', warning: '!', ok: '✓' };

/** Findings for a terminal: errors first. */
export function render(findings: readonly Finding[], { bold, dim, red, yellow, green }: Paint): string {
  const colours: Record<Severity, (text: string) => string> = { error: red, warning: yellow, ok: green };
  const order: readonly Severity[] = ['error', 'warning', 'ok'];
  const sorted = findings.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  const blocks = sorted.map(({ severity, subject, what, why, fix }) =>
    [
      `${colours[severity](MARKS[severity])} ${bold(subject)}: ${what}`,
      ...(why === undefined ? [] : [`    ${why}`]),
      ...(fix === undefined ? [] : [`    ${dim('→')} ${fix}`]),
    ].join('\n'),
  );
  return [...blocks, '', summary(findings)].join('\n');
}

function summary(findings: readonly Finding[]): string {
  const count = (severity: Severity): number => findings.filter((each) => each.severity === severity).length;
  const plural = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
  return `${plural(count('error'), 'error')}, ${plural(count('warning'), 'warning')}, ${plural(count('ok'), 'check')} passed`;
}
