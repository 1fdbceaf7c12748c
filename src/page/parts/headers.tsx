import type { RequestDetailJson } from '../../simulator/control/json-types.js';
import { say } from '../text/language.js';

/** The headers of a message, in their spelling and order. */
export const Headers = ({ of }: { of: RequestDetailJson['headers'] }) => (
  <details class="headers">
    <summary>
      {say('Headers', '请求头')} <span class="soft">{of.length}</span>
    </summary>
    <dl>
      {of.map(({ name, value }, at) => (
        <div key={at}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  </details>
);
