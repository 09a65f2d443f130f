import { request as httpRequest, type Agent } from 'node:http';
import { expect } from '@jest/globals';
import type { Emulator } from '../emulator.js';

interface Answer {
  status: number | undefined;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** Only the presence of a signature is checked. */
const SIGNATURE = 'AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=d';
export const unsigned = (operation: string) => ({ 'x-amz-target': `AWSCognitoIdentityProviderService.${operation}` });
export const target = (operation: string) => ({ ...unsigned(operation), authorization: SIGNATURE });

/** Requests to the emulator without an SDK, each on a connection of its own, unless the agent shares them. */
export function rawRequests(emulator: Emulator, agent: Agent | false = false) {
  /** Sends a request with any header, Host and Origin included, which fetch doesn't allow. */
  function send(body: string, headers: Record<string, string> = {}, options: { method?: string; path?: string } = {}) {
    return new Promise<Answer>((resolve, reject) => {
      const { method = 'POST', path = '/' } = options;
      const request = httpRequest(`${emulator.endpoint()}${path}`, { method, headers, agent }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: text }));
      });
      request.on('error', reject).end(body);
    });
  }

  const call = (operation: string, body: string) => send(body, target(operation));

  const expectResponsive = async () => {
    const { status } = await call('ListUserPools', '{"MaxResults":1}');
    expect(status).toBe(200);
  };

  return { send, call, expectResponsive };
}
