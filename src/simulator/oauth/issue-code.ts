import type { OAuthScope } from '../../core/oauth/authorize.js';
import { type App, kindOf } from '../accounts/app.js';
import type { Person } from '../accounts/person.js';
import type { SimulatorState } from '../state.js';

/** Who logs in to which account. */
export interface LoginRequest {
  /** @default the default account */
  appid?: string;
  /**
   * A person or their id.
   *
   * @default the first person
   */
  person?: Person | string;
  /**
   * Only of official accounts.
   *
   * @default 'snsapi_base'
   */
  scope?: OAuthScope;
  /**
   * Issues the code of a snapshot page. Only of official accounts.
   *
   * @default false
   */
  snapshot?: boolean;
}

/**
 * Issues the code of a login, for the exchange at `/sns/oauth2/access_token` or, of a mini program,
 * at `/sns/jscode2session`.
 *
 * @throws {TypeError} when there is no such account or person
 */
export function issueCode(state: SimulatorState, login: LoginRequest = {}): string {
  const { scope = 'snsapi_base', snapshot = false } = login;
  const app = findApp(state, login.appid);
  const person = findPerson(state, login.person);
  const { appid } = app;
  return kindOf(app) === 'miniProgram'
    ? state.codes.issueForMiniProgram({ appid, person })
    : state.codes.issue({ appid, person, scope, snapshot });
}

function findApp({ apps }: SimulatorState, appid: string | undefined): App {
  const app = appid === undefined ? apps.values().next().value : apps.get(appid);
  if (app) return app;
  throw new TypeError(`there is no account ${appid}: there are ${[...apps.keys()].join(', ')}`);
}

function findPerson({ people }: SimulatorState, given: Person | string | undefined): Person {
  if (typeof given === 'object') return given;
  const person = given === undefined ? people.values().next().value : people.get(given);
  if (person) return person;
  throw new TypeError(`there is no person ${given}: there are ${[...people.keys()].join(', ')}`);
}
