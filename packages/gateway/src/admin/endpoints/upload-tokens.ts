import { utf8Bytes } from '../../listener/utf8-bytes.ts';
import type { RevokedToken } from '../../stages/auth/upload-token/revoked-tokens.ts';
import { looksLikeUploadToken } from '../../stages/auth/upload-token/upload-token.ts';
import { askOneWorker, type Unaddressed } from '../ask-one-worker.ts';
import type { Control } from '../control.ts';
import { type AdminAnswer, AdminError, type Endpoint } from '../endpoint.ts';
import { keepStanding } from '../keep-standing.ts';
import type { TokenReply, TokenTask } from '../queries/upload-tokens.ts';

const DEFAULT_METHODS = ['POST', 'PUT', 'PATCH'];
const DEFAULT_SECONDS = 3600;
/** Uploads that are under way with an old token, and not begun, have so long to go over to the new one, in milliseconds. */
const GRACE = 60_000;
/** Longest life of a token nobody knows the end of, in milliseconds. */
const LONGEST_LIFE = 366 * 86_400_000;

export const issueUploadToken: Endpoint = {
  method: 'POST',
  path: '/upload-tokens',
  summary:
    'Makes an upload token: `{ "user": …, "path": …, "max_bytes": …, "seconds": 3600, "methods": […], "groups": […], "provider": …, "by": … }`. The first three are needed; the answer has it, its `id`, and when it `expires` (milliseconds since 1970).',
  async handle({ body }, control) {
    const {
      user,
      path,
      max_bytes: maxBytes,
      methods = DEFAULT_METHODS,
      groups = [],
      provider,
      ...more
    } = fieldsOf(body);
    const { seconds = DEFAULT_SECONDS, by } = more;
    if (typeof user !== 'string' || typeof path !== 'string') throw new AdminError(400, '"user" and "path" are texts');
    if (typeof maxBytes !== 'number' || typeof seconds !== 'number')
      throw new AdminError(400, '"max_bytes" and "seconds" are numbers');
    if (!areTexts(methods) || !areTexts(groups)) throw new AdminError(400, '"methods" and "groups" are lists of texts');
    if (provider !== undefined && typeof provider !== 'string') throw new AdminError(400, '"provider" is a text');
    const wish = { user, path, maxBytes, seconds, methods, groups, ...(provider !== undefined && { provider }) };
    const reply = await tell(control, { task: 'issue', wish, by: nameOf(by) });
    return answerWith('issued' in reply ? reply.issued : undefined);
  },
};

export const refreshUploadToken: Endpoint = {
  method: 'POST',
  path: '/upload-tokens/refresh',
  summary: `Makes a token for the same upload with time of its own: \`{ "token": …, "seconds": 3600, "by": … }\`. The old one is taken for ${GRACE / 1000} seconds more.`,
  async handle({ body }, control) {
    const { token, seconds = DEFAULT_SECONDS, by } = fieldsOf(body);
    if (typeof token !== 'string') throw new AdminError(400, '"token" is a text');
    if (typeof seconds !== 'number') throw new AdminError(400, '"seconds" is a number');
    const reply = await tell(control, { task: 'refresh', token, seconds, by: nameOf(by) });
    if (!('issued' in reply)) return answerWith(undefined);
    const old = reply.replaces;
    if (old !== undefined) {
      const from = Date.now() + GRACE;
      if (from < old.expires) await revoke(control, { id: old.id, from, until: old.expires, by: nameOf(by) });
    }
    return answerWith(reply.issued);
  },
};

export const revokeUploadToken: Endpoint = {
  method: 'POST',
  path: '/upload-tokens/revoke',
  summary:
    'Takes a token back at once, in all workers and those that start later: `{ "token": … }`, `{ "id": … }`, or all a user has: `{ "user": … }`; `by` is who. It lasts over reloads, restarts and upgrades (`state_dir`). Uploads under way go on.',
  async handle({ body }, control) {
    const { token, id, user, by } = fieldsOf(body);
    const given = [token, id, user].filter((one) => one !== undefined);
    if (given.length !== 1 || typeof given[0] !== 'string' || given[0] === '')
      throw new AdminError(400, 'one of "token", "id" and "user" is needed, a text');
    const now = Date.now();
    const order = { from: now, until: now + LONGEST_LIFE, by: nameOf(by) };
    if (typeof user === 'string') return revoke(control, { ...order, user: utf8Bytes(user) });
    if (typeof id === 'string') {
      if (!/^[\w-]{12}$/.test(id)) throw new AdminError(400, `"${id}" is not the id of a token`);
      return revoke(control, { ...order, id });
    }
    if (!looksLikeUploadToken(String(token))) throw new AdminError(400, 'this is no upload token');
    const reply = await tell(control, { task: 'read', token: String(token), by: order.by });
    if (!('id' in reply)) return answerWith(undefined);
    return revoke(control, { ...order, id: reply.id, until: Math.max(reply.expires, now) });
  },
};

export const listRevokedTokens: Endpoint = {
  method: 'GET',
  path: '/upload-tokens/revoked',
  summary: 'Tokens, and users, that were taken back: since when, until nobody could have one anyway, by whom.',
  async handle(_request, control) {
    const reply = await tell(control, { task: 'list', by: nameOf(undefined) });
    const revoked = 'revoked' in reply ? reply.revoked : [];
    return {
      status: 200,
      body: { revoked: revoked.map((one) => (one.user === undefined ? one : { ...one, user: textOf(one.user) })) },
    };
  },
};

async function revoke(control: Control, revoked: RevokedToken): Promise<AdminAnswer> {
  const key = `revoked-token ${revoked.id ?? `of ${revoked.user}`}`;
  const replies = await control.order(key, 'revoke-token', revoked);
  const failed = replies.flatMap(({ value }) => ((value ?? {}) as { readonly error?: unknown }).error ?? [])[0];
  if (failed !== undefined) throw new AdminError(500, String(failed));
  keepStanding(control, key, { query: 'revoke-token', parameters: revoked, until: revoked.until });
  const { user, ...rest } = revoked;
  return { status: 200, body: { ...rest, ...(user !== undefined && { user: textOf(user) }), workers: replies.length } };
}

/** All workers have the secrets. A refusal is the answer to a bad request. */
async function tell(
  control: Control,
  task: Unaddressed<TokenTask>,
): Promise<Exclude<TokenReply, null | { readonly refusal: string }>> {
  const reply = await askOneWorker<TokenTask, NonNullable<TokenReply>>(control, 'upload-tokens', task);
  if ('refusal' in reply) throw new AdminError(400, reply.refusal);
  return reply;
}

function answerWith(body: unknown): AdminAnswer {
  if (body === undefined) throw new AdminError(500, 'the worker answered something else');
  return { status: 200, body };
}

function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body !== 'object' || body === null) throw new AdminError(400, 'the body is a JSON object');
  return body as Readonly<Record<string, unknown>>;
}

function areTexts(list: unknown): list is readonly string[] {
  return Array.isArray(list) && list.every((one) => typeof one === 'string');
}

function nameOf(by: unknown): string {
  return typeof by === 'string' && /^[\x20-\x7e]{1,64}$/.test(by) ? by : 'unknown';
}

function textOf(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
