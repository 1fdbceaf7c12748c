import { yuan } from 'koa-wxpay';
import { type Html, html } from './html.js';
import { MISTAKES, type Mistake } from './notes.js';

export interface AmountField {
  name: string;
  label: string;
  /** Fen. */
  value: number;
  /** What is shown instead of `value`, with what is wrong about it. */
  mistake: Mistake | undefined;
}

/** The pattern only tells `public/owner.js` what is worth asking about; the form is sent either way, and the shop explains. */
const PATTERN = '\\s*(?!0*(\\.0*)?\\s*$)\\d{1,6}(\\.\\d{1,2})?\\s*';

export const amountField = ({ name, label, value, mistake }: AmountField): Html =>
  html`<input name="${name}" inputmode="decimal" required pattern="${PATTERN}" value="${mistake ? mistake.typed : yuan(value)}" aria-label="${label}"${
    mistake && html` aria-invalid="true" aria-describedby="mistake" autofocus`
  }>`;

export const mistakeOf = (mistake: Mistake | undefined): Html | undefined => {
  if (!mistake) return undefined;
  const [text, english] = MISTAKES[mistake.why];
  return html`<p class="mistake" id="mistake" role="alert">${text}<small>${english}</small></p>`;
};
