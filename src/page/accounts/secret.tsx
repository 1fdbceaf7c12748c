import { useState } from 'preact/hooks';
import { say } from '../text/language.js';

/** A key that is shown when it is asked for. It is copied without being shown. */
function Secret({ name, value }: { name: string; value: string }) {
  const [shown, setShown] = useState(false);
  return (
    <>
      {shown ? <code class="pem">{value}</code> : <span aria-hidden="true">••••••••</span>}
      <button
        type="button"
        class="button quiet"
        aria-expanded={shown}
        aria-label={shown ? say(`Hide ${name}`, `隐藏 ${name}`) : say(`Show ${name}`, `显示 ${name}`)}
        onClick={() => setShown(!shown)}
      >
        {shown ? say('Hide', '隐藏') : say('Show', '显示')}
      </button>
    </>
  );
}

/** A fact whose value is a key. */
export const secret = (name: string, value: string) => ({
  name,
  value: <Secret name={name} value={value} />,
  copy: value,
});
