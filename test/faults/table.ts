import { type Figure, isMet } from './experiment.js';

/** What became of one experiment. */
export interface Row {
  name: string;
  figures: Figure[];
  seconds: number;
  /** Why there are no figures. */
  failure?: string;
  /** Programs that are not installed here. */
  missing?: string[];
}

/** `strict`: an experiment that could not be run has failed. */
export const verdictOf = ({ figures, failure, missing }: Row, strict: boolean): 'met' | 'NOT MET' | 'not run' => {
  if (missing) return strict ? 'NOT MET' : 'not run';
  return failure === undefined && figures.every(isMet) ? 'met' : 'NOT MET';
};

/** Figures of one experiment in words; those without a bound first. */
export function told({ figures, failure, missing }: Row): string {
  if (missing) return `not installed: ${missing.join(', ')}`;
  if (failure !== undefined) return failure.split('\n')[0] as string;
  return figures.map(inWords).join(', ');
}

function inWords(figure: Figure): string {
  const { name, value, bound } = figure;
  const words = `${name} ${value.toLocaleString('en')}`;
  if (!bound) return words;
  return isMet(figure) ? `${words} (${bound.text})` : `${words} (${bound.text}: NOT MET)`;
}

export function markdown(rows: Row[], strict: boolean): string {
  const lines = rows.map(
    (row) => `| ${row.name} | ${told(row)} | ${row.seconds.toFixed(0)} s | ${verdictOf(row, strict)} |`,
  );
  return ['| experiment | figures | time | bounds |', '| --- | --- | --- | --- |', ...lines].join('\n');
}
