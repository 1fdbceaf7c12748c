import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:http';
import type Koa from 'koa';
import type Router from 'koa-router';

export interface Route {
  method: 'GET' | 'POST';
  /** As it is written in the code: `/orders/:id`. */
  path: string;
}

/** Every route of an app, from its routers' own stacks: a route that is added is in every test that asks for all of them. */
export function routesOf(app: Koa): Route[] {
  const routers = app.middleware.flatMap((middleware) => (middleware as { router?: Router }).router ?? []);
  return routers.flatMap(({ stack }) =>
    stack.flatMap(({ methods, path }) =>
      methods.filter((method) => method !== 'HEAD').map((method) => ({ method, path }) as Route),
    ),
  );
}

/** The path with its parameters filled in. */
export const fill = (path: string, params: Record<string, string>): string =>
  path.replace(/:(\w+)/g, (_, name) => params[name] ?? `no-${name}`);

/** Other ways to write a path, of which a router or a guard may take some for the path itself. */
export function spellingsOf(path: string): string[] {
  const segments = path.split('/').slice(1);
  const each = (change: (segment: string) => string): string[] =>
    segments.map((_, at) => `/${segments.map((segment, i) => (i === at ? change(segment) : segment)).join('/')}`);
  const encode = (text: string): string => `%${text.charCodeAt(0).toString(16)}`;
  const spellings = [
    path.toUpperCase(),
    ...each((segment) => segment.toUpperCase()),
    ...each((segment) => segment.replace(/^./, (letter) => letter.toUpperCase())),
    ...each((segment) => segment.replace(/^./, encode)),
    ...each((segment) => segment.replace(/.$/, (letter) => encode(letter).toUpperCase())),
    ...each((segment) => encodeURIComponent(segment).replace(/[a-z]/g, encode)),
    ...each((segment) => `/${segment}`),
    ...each((segment) => `./${segment}`),
    ...each((segment) => `x/../${segment}`),
    ...each((segment) => `${segment};x=1`),
    ...each((segment) => `${segment}%00`),
    ...each((segment) => `${segment}%20`),
    ...each((segment) => `${segment}.`),
    `${path}/`,
    `${path}//`,
    `${path}/.`,
    `${path}.json`,
    `//${path}`,
    path.replace(/(?!^)\//, '%2f'),
    path.replace(/(?!^)\//, '\\'),
    `http://shop.example${path}`,
    `http://shop.example${path.toUpperCase()}`,
  ];
  return [...new Set(spellings)].filter((spelling) => spelling !== path);
}

export interface Asked extends Route {
  headers?: Record<string, string>;
  /** Of a form, as it travels. */
  body?: string;
}

export interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** Asks with a path that no client tidies up. */
export function ask(url: string, { method, path, headers, body }: Asked): Promise<Answered> {
  const { hostname, port } = new URL(url);
  const form = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
  return new Promise((resolve, reject) => {
    const req = request({ hostname, port, method, path, headers: { ...form, ...headers }, agent: false }, (res) => {
      let text = '';
      res.setEncoding('utf8');
      res.on('data', (chunk) => (text += chunk));
      res.on('end', () => resolve({ status: res.statusCode as number, headers: res.headers, text }));
    });
    req.on('error', reject);
    req.end(body);
  });
}
