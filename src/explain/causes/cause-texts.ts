import type { Text } from '../text.js';

/** The texts of a cause; `$` stands for its detail. */
export interface CauseText {
  what: Text;
  fix: Text;
}

/** The texts of several causes, by their codes. */
export type CauseTexts = Readonly<Record<string, CauseText>>;

export const cause = (what: string, fix: string, whatZh: string, fixZh: string): CauseText => ({
  what: { en: what, zh: whatZh },
  fix: { en: fix, zh: fixZh },
});
