import { createPerson, type Person, type PersonOptions } from './person.js';

/** Everyone with WeChat on the phone, by id. */
export class People extends Map<string, Person> {
  /** The options that people were made of. */
  readonly #options = new Map<string, PersonOptions>();
  readonly #onChange: (person: Person) => void;

  /** @param onChange is called when somebody was added or has changed */
  constructor(onChange: (person: Person) => void = () => {}) {
    super();
    this.#onChange = onChange;
  }

  /** Adds a person, or replaces the one with this id. */
  add(options: PersonOptions): Person {
    const person = createPerson(options);
    this.set(person.id, person);
    this.#options.set(person.id, options);
    this.#onChange(person);
    return person;
  }

  /** What of a person is kept over a restart. */
  kept({ id, name, balance }: Person): PersonOptions {
    const { balance: _, ...options } = this.#options.get(id) ?? { id };
    return { ...options, name, ...(balance !== undefined && { balance }) };
  }

  /** Sets what a person can pay with, in fen; `undefined` is enough for everything. */
  setBalance(person: Person, balance: number | undefined): void {
    if (balance === undefined) delete person.balance;
    else person.balance = balance;
    this.#onChange(person);
  }

  /** Adds fen to a balance that is counted. */
  credit(person: Person, fen: number): void {
    if (person.balance !== undefined) this.setBalance(person, person.balance + fen);
  }
}
