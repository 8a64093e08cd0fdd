/**
 * A small shop that trusts its visitors: it puts what they send into its pages as it is. That makes it a good thing to put a
 * gate in front of, and nothing to put on the internet. It is harmless otherwise: it runs no commands, opens no files and
 * asks no database; everything is in memory, and little of it.
 *
 *     node server.ts [PORT]
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

const MAX_BODY = 1 << 20;
const MAX_COMMENTS = 20;

interface Item {
  readonly name: string;
  readonly price: number;
}

/** The application; it listens when told to. */
export function createDemoApp(): Server {
  const items: Item[] = [
    { name: 'green tea', price: 4 },
    { name: 'black tea', price: 3 },
    { name: 'teapot', price: 25 },
    { name: 'kettle', price: 40 },
  ];
  const comments: string[] = [];

  const routes: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse, url: URL) => unknown>> = {
    'GET /': (_request, response) => page(response, 'Tea shop', FORMS),
    'GET /search': (_request, response, url) => {
      const query = url.searchParams.get('q') ?? '';
      const found = items.filter(({ name }) => name.includes(query));
      const list = found.map(({ name, price }) => `<li>${name}, ${price} EUR</li>`).join('');
      // What a careless application would send to its database.
      const statement = `SELECT name, price FROM items WHERE name LIKE '%${query}%'`;
      page(response, `Results for ${query}`, `<ul>${list || '<li>nothing</li>'}</ul><pre>${statement}</pre>`);
    },
    'POST /comments': async (request, response) => {
      const form = new URLSearchParams((await bodyOf(request)).toString('utf8'));
      comments.unshift(form.get('text') ?? '');
      comments.length = Math.min(comments.length, MAX_COMMENTS);
      page(response, 'Comments', comments.map((text) => `<p>${text}</p>`).join(''));
    },
    'POST /upload': async (request, response) => {
      const body = await bodyOf(request);
      const name = /filename="([^"]*)"/.exec(body.toString('latin1'))?.[1] ?? 'nothing';
      page(response, 'Upload', `<p>Received ${name} (${body.length} bytes), and threw it away.</p>`);
    },
    'GET /api/items': (_request, response) => json(response, 200, items),
    'POST /api/items': async (request, response) => {
      try {
        const { name, price } = JSON.parse((await bodyOf(request)).toString('utf8'));
        json(response, 201, { name: String(name), price: Number(price) });
      } catch {
        json(response, 400, { error: 'expected {"name": …, "price": …}' });
      }
    },
  };

  return createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://demo.invalid');
    const route = routes[`${request.method} ${url.pathname}`];
    if (route === undefined) return page(response, 'Not found', '<p>There is no such page.</p>', 404);
    Promise.resolve(route(request, response, url)).catch(() => json(response, 413, { error: 'too much' }));
  });
}

const FORMS = `
  <form action="/search"><input name="q" placeholder="tea"><button>Search</button></form>
  <form action="/comments" method="post"><textarea name="text"></textarea><button>Comment</button></form>
  <form action="/upload" method="post" enctype="multipart/form-data"><input type="file" name="file"><button>Upload</button></form>
  <p>JSON: <a href="/api/items">/api/items</a></p>`;

function page(response: ServerResponse, title: string, content: string, status = 200): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' });
  response.end(`<!doctype html><title>${title}</title><h1>${title}</h1>${content}<p><a href="/">Tea shop</a></p>\n`);
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(value)}\n`);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY) throw new Error('body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

if (import.meta.main) {
  const port = Number(process.argv[2] ?? 3000);
  createDemoApp().listen(port, '127.0.0.1');
}
