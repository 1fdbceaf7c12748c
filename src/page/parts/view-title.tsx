import type { ComponentChildren } from 'preact';
import { hrefOf, type View } from '../route.js';
import { say } from '../text/language.js';

interface ViewTitleProps {
  children: ComponentChildren;
  /** The view that it was opened from. */
  back?: View;
  /** What can be done, beside the title. */
  actions?: ComponentChildren;
}

export const ViewTitle = ({ children, back, actions }: ViewTitleProps) => (
  <div class="view-title">
    {back !== undefined && (
      <a class="back" href={hrefOf(back)} aria-label={say('Back to the list', '返回列表')}>
        ‹
      </a>
    )}
    <h2>{children}</h2>
    {actions !== undefined && <div class="actions">{actions}</div>}
  </div>
);
