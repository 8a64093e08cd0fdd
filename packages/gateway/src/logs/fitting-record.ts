import type { TransactionRecord } from '@sallyport/engine';

/**
 * A record without the bodies that make its entry too long, which a client could otherwise keep out of the log by sending more than
 * may wait for it. What is left out is said among the messages. Parts of bodies would not do: what masks them reads them whole.
 */
export function withoutRequestBody(record: TransactionRecord): TransactionRecord {
  return { ...record, requestBody: undefined, messages: withNote(record, 'Request body', record.requestBody) };
}

/** The same, also without the fields of a form and the body of the answer. */
export function withoutBodies(record: TransactionRecord): TransactionRecord {
  return {
    ...withoutRequestBody(record),
    requestBodyWithoutFiles: undefined,
    responseBody: undefined,
    messages: withNote(withoutRequestBody(record), 'Response body', record.responseBody),
  };
}

function withNote(
  { messages }: TransactionRecord,
  what: string,
  body: string | undefined,
): TransactionRecord['messages'] {
  if (body === undefined || body === '') return messages;
  return [...messages, { level: 3, text: `${what} left out of the audit log: ${body.length} bytes are too many.` }];
}
