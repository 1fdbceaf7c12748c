import { kindOf } from '../accounts/app.js';
import type { SimRequest } from '../http/types.js';
import type { SimulatorState } from '../state.js';

/** The cookie that names the mini program in which the phone shows its pages. */
export const MINI_PROGRAM_COOKIE = 'wxsim_mini';

/** The mini program in which the phone shows its pages; `undefined` for WeChat's browser. */
export function miniProgramOf(
  { apps }: SimulatorState,
  { cookies }: Pick<SimRequest, 'cookies'>,
): string | undefined {
  const app = apps.get(cookies.get(MINI_PROGRAM_COOKIE) ?? '');
  return app && kindOf(app) === 'miniProgram' ? app.appid : undefined;
}
