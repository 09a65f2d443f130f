import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** An event that is no HTTP request in payload format 2.0. The message describes its shape alone: values may be secret. */
export class UnsupportedEvent extends Error {
  override name = 'UnsupportedEvent';

  constructor(what: string) {
    super(`This function serves an HTTP API with payload format 2.0, but was invoked with ${what}.`);
  }
}

type Members = Readonly<Record<string, unknown>>;

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}

function describeEvent(event: unknown): string {
  if (event === null) return 'null';
  if (Array.isArray(event)) return 'a list';
  if (typeof event !== 'object') return `a ${typeof event}`;
  const { requestContext, httpMethod, Records, source, ...others } = membersOf(event);
  const context = membersOf(requestContext);
  const { eventSource, EventSource = eventSource } = membersOf(membersOf(Records)[0]);
  if (context['elb']) return 'a request of an Application Load Balancer';
  if (context['connectionId']) return 'a message of a WebSocket API';
  if (httpMethod) return 'a request in payload format 1.0';
  if (typeof EventSource === 'string') return `records of ${EventSource}`;
  if (typeof source === 'string' && 'detail-type' in others) return `an event of ${source}`;
  const names = Object.keys(membersOf(event)).slice(0, 12);
  return names.length > 0 ? `an object with the members ${names.join(', ')}` : 'an empty object';
}

function isPayload(event: unknown): event is APIGatewayProxyEventV2 {
  const { version, rawPath, headers, requestContext } = membersOf(event);
  const { method } = membersOf(membersOf(requestContext)['http']);
  return version === '2.0' && typeof rawPath === 'string' && typeof method === 'string' && headers instanceof Object;
}

/**
 * An HTTP API gives the path decoded, a Function URL gives it as it was sent. What can't stand in a URL is encoded again,
 * what is encoded stays: both become the path that Express matches.
 */
function encodePath(path: string) {
  return encodeURI(path)
    .replaceAll(/%25(?=[\dA-F]{2})/gi, '%')
    .replaceAll('?', '%3F')
    .replaceAll('#', '%23');
}

/**
 * An event of payload format 2.0, its path encoded for a URL. Throws `UnsupportedEvent` for anything else.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function readPayload(event: unknown): APIGatewayProxyEventV2 {
  if (!isPayload(event)) throw new UnsupportedEvent(describeEvent(event));
  return { ...event, rawPath: encodePath(event.rawPath) };
}
