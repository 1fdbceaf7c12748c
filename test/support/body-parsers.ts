import { createRequire } from 'node:module';
import { bodyParser as atKoaBodyParser6 } from '@koa/bodyparser';
import { bodyParser as atKoaBodyParser5 } from '@koa/bodyparser-5';
import type { Middleware } from 'koa';
import { koaBody as koaBody8 } from 'koa-body';
import { koaBody as koaBody6 } from 'koa-body-6';
import { koaBody as koaBody7 } from 'koa-body-7';
import koaBodyParser4 from 'koa-bodyparser';

type KoaBody = (options?: { includeUnparsed?: boolean; patchNode?: boolean; patchKoa?: boolean }) => Middleware;
type BodyParser = (options?: { enableTypes?: string[] }) => Middleware;

/** What happens to a notification behind a parser: its bytes can still be had, or they are lost. */
export type Kept = 'kept' | 'lost';

export interface Parser {
  name: string;
  create(): Middleware;
  /** XML of API v2. */
  v2: Kept;
  /** JSON of API v3. */
  v3: Kept;
  /** Mounted after wxNotify, it finds the stream read: some are silent about that, others fail. */
  after: 'silent' | 'fails';
}

// These two are CommonJS modules whose one export is the middleware.
const require = createRequire(import.meta.url);
const koaBody4 = require('koa-body-4') as KoaBody;
const koaBody5 = require('koa-body-5') as KoaBody;

const koaBodies: [major: number, koaBody: KoaBody][] = [
  [4, koaBody4],
  [5, koaBody5],
  [6, koaBody6 as unknown as KoaBody],
  [7, koaBody7 as unknown as KoaBody],
  [8, koaBody8 as unknown as KoaBody],
];

const bodyParsers: [name: string, bodyParser: BodyParser][] = [
  ['koa-bodyparser 4', koaBodyParser4 as BodyParser],
  ['@koa/bodyparser 5', atKoaBodyParser5 as unknown as BodyParser],
  ['@koa/bodyparser 6', atKoaBodyParser6 as unknown as BodyParser],
];

/** The body parsers of the last years, by major version, as people configure them. */
export const parsers: Parser[] = [
  ...koaBodies.flatMap(([major, koaBody]): Parser[] => {
    const given = { v2: 'kept', v3: 'kept', after: 'fails' } as const;
    return [
      // XML is text to it, and the text is the body. JSON is parsed, and its bytes are gone.
      { ...given, name: `koa-body ${major}`, create: () => koaBody(), v3: 'lost' },
      { ...given, name: `koa-body ${major} with includeUnparsed`, create: () => koaBody({ includeUnparsed: true }) },
      {
        ...given,
        name: `koa-body ${major} with includeUnparsed that patches Node's request`,
        create: () => koaBody({ includeUnparsed: true, patchNode: true, patchKoa: false }),
      },
    ];
  }),
  ...bodyParsers.flatMap(([name, bodyParser]): Parser[] => {
    const given = { v2: 'kept', v3: 'kept', after: 'silent' } as const;
    return [
      { ...given, name, create: () => bodyParser() },
      { ...given, name: `${name} with xml`, create: () => bodyParser({ enableTypes: ['json', 'form', 'xml'] }) },
    ];
  }),
];
