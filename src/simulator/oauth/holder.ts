import type { Person } from '../accounts/person.js';
import type { SimRequest } from '../http/types.js';
import type { SimulatorState } from '../state.js';

/** The cookie that names the person who holds the phone. */
export const PERSON_COOKIE = 'wxsim_person';

/** The person who holds the phone: the one that the cookie names, or the first. */
export function holderOf(
  { people }: SimulatorState,
  { cookies }: Pick<SimRequest, 'cookies'>,
): Person {
  const person = people.get(cookies.get(PERSON_COOKIE) ?? '') ?? people.values().next().value;
  if (!person) throw new Error('the simulator has no people');
  return person;
}
