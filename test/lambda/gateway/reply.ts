import type { ServerResponse } from 'node:http';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** Writes a function's response, of payload format 2.0, to the client; a result without a status is a JSON body. */
export function sendReply(response: ServerResponse, answer: unknown): void {
  const { statusCode = 200, headers = {}, cookies = [], body = '', isBase64Encoded = false } = structured(answer);
  response.statusCode = statusCode;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  response.end(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'));
}

function structured(answer: unknown): APIGatewayProxyStructuredResultV2 {
  if (isStructured(answer)) return answer;
  const body = typeof answer === 'string' ? answer : JSON.stringify(answer);
  return { headers: { 'content-type': 'application/json' }, body };
}

function isStructured(answer: unknown): answer is APIGatewayProxyStructuredResultV2 {
  return typeof answer === 'object' && answer !== null && 'statusCode' in answer;
}
