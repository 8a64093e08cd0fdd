import type { Interruption, ResponseHead, TransactionRecord, Waf } from '@sallyport/engine';
import type { RecordedRequest } from './recorded-request.ts';

/** Taken where it is not known what the application answered. */
const PLAIN_ANSWER: ResponseHead = { status: 200, reason: 'OK', protocol: 'HTTP/1.1', headers: [] };

/** From the documentation ranges of RFC 5737: nobody is at these addresses. */
const CONNECTION = { clientAddress: '192.0.2.1', clientPort: 50_000, serverAddress: '192.0.2.2', serverPort: 80 };

/** One recorded exchange through all phases, as a gate would take it: what is refused goes no further. */
export async function replay(waf: Waf, request: RecordedRequest, id: string): Promise<TransactionRecord> {
  const tx = waf.openTransaction({ id, ...CONNECTION });
  const answer = request.response?.head ?? PLAIN_ANSWER;
  const decide = async (): Promise<Interruption | undefined> => {
    let verdict = await tx.processRequestHeaders(request.head);
    if (verdict === undefined && tx.wantsRequestBody && request.body !== '') {
      verdict = tx.writeRequestBody(Buffer.from(request.body, 'latin1'));
    }
    verdict ??= await tx.processRequestBody();
    verdict ??= await tx.processResponseHeaders(answer);
    if (verdict === undefined && tx.wantsResponseBody && request.response !== undefined) {
      verdict = tx.writeResponseBody(Buffer.from(request.response.body, 'latin1'));
    }
    return verdict ?? (await tx.processResponseBody());
  };
  const verdict = await decide();
  return tx.processLogging({ response: verdict === undefined ? answer : { ...answer, status: verdict.status } });
}
