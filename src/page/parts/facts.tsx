import type { ComponentChildren } from 'preact';
import { Copy } from './copy.js';

interface Fact {
  name: string;
  value: ComponentChildren;
  /** The text that its button copies. */
  copy?: string;
}

/** Names and values. Those without a value are left out. */
export const Facts = ({ of }: { of: readonly (Fact | undefined)[] }) => (
  <dl class="facts">
    {of
      .filter((fact) => fact !== undefined)
      .map(({ name, value, copy }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {value}
            {copy !== undefined && <Copy text={copy} name={name} />}
          </dd>
        </div>
      ))}
  </dl>
);

/** A fact whose value is a number or an address that is copied as it is. */
export const code = (name: string, value: string | undefined): Fact | undefined =>
  value === undefined ? undefined : { name, value: <code>{value}</code>, copy: value };
