/** `error`: it does not work so. `warning`: it fails under conditions that are named. `ok`: it was checked and is right. */
export type Severity = 'error' | 'warning' | 'ok';

/** What one check found. */
export interface Finding {
  severity: Severity;
  /** What was checked, for example `v3.serial_no` or `支付授权目录`. */
  subject: string;
  what: string;
  /** Why that matters. */
  why?: string;
  /** What to do. */
  fix?: string;
}

export const ok = (subject: string, what: string): Finding => ({ severity: 'ok', subject, what });

export const error = (subject: string, what: string, why: string, fix: string): Finding => ({
  severity: 'error',
  subject,
  what,
  why,
  fix,
});

export const warning = (subject: string, what: string, why: string, fix: string): Finding => ({
  severity: 'warning',
  subject,
  what,
  why,
  fix,
});
