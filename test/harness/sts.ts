import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { accessKeyOf } from './flaky-proxy.js';
import type { Statement } from './iam-policy.js';

export interface AssumeRoleCall {
  /** Whose credentials it was signed with. */
  readonly signedWith: string | undefined;
  readonly roleArn: string;
  readonly sessionName: string;
  readonly policy: string;
  /** What it brought; absent where the call failed. */
  readonly accessKeyId?: string;
}

/** What AssumeRole takes: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const ACCEPTED: Readonly<Record<string, RegExp>> = {
  Version: /^2011-06-15$/,
  RoleArn: /^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+$/,
  RoleSessionName: /^[\w+=,.@-]{2,64}$/,
  Policy: /^[\t\n\r\u0020-\u00FF]{1,2048}$/,
};

/** STS on a loopback port, as far as AssumeRole: its query protocol, and the forms that it takes. */
export class StsUnderTest {
  /** All calls so far. */
  readonly calls: AssumeRoleCall[] = [];
  /** How long credentials are good. */
  lifetimeMs = 3_600_000;
  /** The status and code of an error for each call, or no response; undefined lets it succeed. */
  fault: () => { status: number; code: string } | 'no response' | undefined = () => undefined;
  #sessions = 0;
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch(() => void response.destroy());
  });

  static async start(): Promise<StsUnderTest> {
    const sts = new StsUnderTest();
    await new Promise<void>((resolve) => sts.#server.listen(0, '127.0.0.1', resolve));
    return sts;
  }

  get endpoint() {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The session policy of the credentials with this access key id. */
  statementsOf(accessKeyId: string | undefined): Statement[] {
    const call = this.calls.find((each) => each.accessKeyId === accessKeyId);
    if (!call) throw new Error(`No session has the access key id ${accessKeyId}`);
    return (JSON.parse(call.policy) as { Statement: Statement[] }).Statement;
  }

  async #serve(request: IncomingMessage, response: ServerResponse) {
    const form = new URLSearchParams(await text(request));
    const value = (name: string) => form.get(name) ?? '';
    const call = {
      signedWith: accessKeyOf(request),
      roleArn: value('RoleArn'),
      sessionName: value('RoleSessionName'),
      policy: value('Policy'),
    };
    const wrong = Object.entries(ACCEPTED).find(([name, pattern]) => !pattern.test(value(name)));
    const fault = wrong ? { status: 400, code: 'ValidationError' } : this.fault();
    if (fault !== undefined) {
      this.calls.push(call);
      if (fault === 'no response') return;
      const error = `<Error><Type>Sender</Type><Code>${fault.code}</Code><Message>injected ${wrong?.[0] ?? ''}</Message></Error>`;
      response.writeHead(fault.status, { 'content-type': 'text/xml' });
      response.end(`<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${error}</ErrorResponse>`);
      return;
    }
    const accessKeyId = `ASIASESSION${(this.#sessions += 1)}`;
    this.calls.push({ ...call, accessKeyId });
    const credentials = {
      AccessKeyId: accessKeyId,
      SecretAccessKey: 'secret',
      SessionToken: 'session',
      Expiration: new Date(Date.now() + this.lifetimeMs).toISOString(),
    };
    const members = Object.entries(credentials).map(([name, each]) => `<${name}>${each}</${name}>`);
    const result = `<AssumeRoleResult><Credentials>${members.join('')}</Credentials></AssumeRoleResult>`;
    response.writeHead(200, { 'content-type': 'text/xml' });
    response.end(
      `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${result}</AssumeRoleResponse>`,
    );
  }

  async close() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
