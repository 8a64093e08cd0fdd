import { encodeUrl } from '../bytes/url.ts';
import type { RequestHead, ResponseHead, TransactionRecord } from '../contract.ts';
import type { EngineSettings } from '../registry/settings.ts';
import type { ExchangeState } from '../run/exchange-state.ts';

const NO_REQUEST: RequestHead = { method: '', uri: '', protocol: '', headers: [] };
const NO_RULES: TransactionRecord['slowRules'] = [];

/**
 * What is told of an exchange when it is over, secrets masked: its heads as far as they are known, what its state holds, and
 * how many bytes of response body the server says it has sent.
 */
export function recordOf(
  state: ExchangeState,
  settings: Readonly<EngineSettings>,
  request: RequestHead | undefined,
  response: ResponseHead | undefined,
  responseBytes: number | undefined,
): TransactionRecord {
  const { connection, body, timings } = state;
  const { engineMode, auditEngine, auditParts } = state.settings;
  const isRelevant = state.relevance > 0 || isRelevantStatus(response?.status ?? state.interruption?.status, settings);
  return state.maskRecord({
    id: connection.id,
    connection,
    startedAt: state.startedAt,
    durationMicroseconds: state.elapsedMicroseconds(),
    request: request ?? NO_REQUEST,
    requestBody: body.raw,
    requestBodyWithoutFiles: body.result?.multipart === undefined ? undefined : fieldsOf(state),
    response,
    responseBody: state.response?.body,
    matches: state.matches,
    messages: state.messages,
    serverErrors: state.serverErrors,
    responseBytes,
    guardianLog: guardianLogOf(state, settings),
    interruption: state.interruption,
    engineMode,
    isRelevant,
    isAudited: auditEngine === 'On' || (auditEngine === 'RelevantOnly' && isRelevant),
    auditParts,
    uploads: (body.result?.files ?? []).map(({ partNumber, size, filename, contentType }) => ({
      partNumber,
      size,
      name: filename,
      contentType,
    })),
    phaseMicroseconds: timings.phases,
    storageMicroseconds: [timings.storageRead, timings.storageWrite],
    slowRules:
      timings.rules.size === 0 ? NO_RULES : [...timings.rules].filter(([, time]) => time >= settings.rulePerfTime),
    sanitised: { arguments: [], requestHeaders: [], responseHeaders: [] },
    variables: { sessionId: state.sessionId, userId: state.userId },
    hostname: state.request.serverName,
    uriPath: state.request.path,
  });
}

/** SecAuditLogRelevantStatus */
function isRelevantStatus(status: number | undefined, { auditRelevantStatus }: Readonly<EngineSettings>): boolean {
  return auditRelevantStatus !== undefined && status !== undefined && auditRelevantStatus.test(String(status));
}

/** The non-file fields of a multipart body in the form of a urlencoded one (audit log part I). */
function fieldsOf(state: ExchangeState): string {
  const fields = state.body.result?.arguments ?? [];
  return fields.map(({ name, value }) => `${encodeUrl(name)}=${encodeUrl(value)}`).join('&');
}

/** Where SecGuardianLog wants a line about the exchange; undefined where it wants none. */
function guardianLogOf({ env }: ExchangeState, { guardianLog }: Readonly<EngineSettings>): string | undefined {
  if (guardianLog === undefined) return undefined;
  const { log, condition } = guardianLog;
  const isWanted = condition === undefined || (env.get(condition.variable) === undefined) === condition.isNegated;
  return isWanted ? log : undefined;
}
