import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { attempt } from './notices.js';

interface ButtonProps {
  children: ComponentChildren;
  /** What it does; it cannot be pressed again meanwhile. */
  onPress(): Promise<unknown> | unknown;
  kind?: 'plain' | 'main' | 'danger' | 'quiet';
  /** What it is called, when the text alone does not say so. */
  label?: string;
  disabled?: boolean;
}

/** A button that does something with the simulator. */
export function Button({ children, onPress, kind = 'plain', label, disabled = false }: ButtonProps) {
  const [busy, setBusy] = useState(false);
  const press = async (): Promise<void> => {
    setBusy(true);
    await attempt(async () => onPress());
    setBusy(false);
  };
  return (
    <button
      type="button"
      class={`button ${kind}`}
      aria-label={label}
      title={label}
      aria-busy={busy}
      disabled={busy || disabled}
      onClick={() => void press()}
    >
      {children}
    </button>
  );
}
