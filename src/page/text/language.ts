import { useEffect, useState } from 'preact/hooks';

export type Language = 'en' | 'zh';

/** A text in both languages. */
export interface Text {
  en: string;
  zh: string;
}

const STORED = 'wxsim.language';

let language: Language = stored() ?? (navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en');
const listeners = new Set<() => void>();

function stored(): Language | undefined {
  try {
    const value = localStorage.getItem(STORED);
    return value === 'en' || value === 'zh' ? value : undefined;
  } catch {
    // The browser forbids storage.
    return undefined;
  }
}

/** Screen readers and fonts follow the language of the document. */
function announce(): void {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
}
announce();

export const currentLanguage = (): Language => language;

export function setLanguage(chosen: Language): void {
  language = chosen;
  try {
    localStorage.setItem(STORED, chosen);
  } catch {
    // It holds until the page is left.
  }
  announce();
  for (const listener of listeners) listener();
}

/** Renders a component again when the language changes. */
export function useLanguage(): Language {
  const [, render] = useState(0);
  useEffect(() => {
    const listener = (): void => render((count) => count + 1);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return language;
}

/** The text of a pair in the present language. */
export const pick = (text: Text): string => text[language];

/** A text in both languages, in the present one. */
export const say = (en: string, zh: string): string => (language === 'zh' ? zh : en);
