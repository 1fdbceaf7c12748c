import type { RequestDetailJson } from '../../simulator/control/json-types.js';
import { pick, say } from '../text/language.js';
import { SignedText } from './signed-text.js';
import { Badge } from './state-badge.js';

type Explanation = NonNullable<RequestDetailJson['explanation']>;

/** Why a signature is right or wrong: the causes, and both strings to sign. */
export function ExplanationView({ of }: { of: Explanation }) {
  const { verdict, causes, notes, expected, signed, differAt } = of;
  return (
    <section class="explanation" aria-label={say('Signature', '签名')}>
      <h3>
        {say('Signature', '签名')} <Verdict of={verdict} />
      </h3>
      {causes.length > 0 && (
        <ol class="causes">
          {causes.map(({ code, what, fix }) => (
            <li key={`${code} ${what.en}`}>
              <strong>{pick(what)}</strong>
              <p>{pick(fix)}</p>
            </li>
          ))}
        </ol>
      )}
      {notes.map((note) => (
        <p key={note.en} class="soft">
          {pick(note)}
        </p>
      ))}
      {expected !== undefined && (
        <SignedText title={say('String to sign, by the rule', '按规则得到的待签名串')} text={expected} at={differAt} />
      )}
      {signed !== undefined && (
        <SignedText title={say('What was signed', '实际签名的字符串')} text={signed} at={differAt} />
      )}
    </section>
  );
}

function Verdict({ of }: { of: Explanation['verdict'] }) {
  if (of === 'genuine') return <Badge tone="good">{say('right', '正确')}</Badge>;
  if (of === 'wrong') return <Badge tone="bad">{say('wrong', '错误')}</Badge>;
  return <Badge tone="plain">{say('not checked', '未验证')}</Badge>;
}
