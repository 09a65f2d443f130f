import type { Logger } from 'pino';
import type { Trigger, TriggerEnvironment, TriggerEventName } from '../../../platform/triggers/trigger.js';
import { CognitoError } from '../errors.js';
import type { Client, Pool, User } from '../state/state.js';

/** Cognito's limits: what it waits for one attempt, and how often it tries. They can't be changed there. */
const TIME_LIMIT_MS = 5_000;
const MAX_ATTEMPTS = 3;
/** Where Cognito doesn't wait: the time that the trigger's function has in AWS (infra/main.tf). */
const BACKGROUND_TIME_LIMIT_MS = 15_000;
/** Lambda's limit for a response. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_RESPONSE_BYTES = 6_291_556;

/** What Cognito calls the triggers in its messages. */
const TITLES: Readonly<Record<TriggerEventName, string>> = {
  preSignUp: 'PreSignUp',
  postConfirmation: 'PostConfirmation',
  postAuthentication: 'PostAuthentication',
  preTokenGenerationV1: 'PreTokenGeneration',
  preTokenGenerationV2: 'PreTokenGeneration',
  preTokenGenerationV3: 'PreTokenGeneration',
  customMessage: 'CustomMessage',
  customEmailSender: 'CustomEmailSender',
  userMigration: 'UserMigration',
  defineAuthChallenge: 'DefineAuthChallenge',
  createAuthChallenge: 'CreateAuthChallenge',
  verifyAuthChallengeResponse: 'VerifyAuthChallengeResponse',
};

export interface RunnerOptions {
  /** Triggers by name, each with the PoolName of its pool. */
  readonly triggers: readonly { readonly name: string; readonly poolName: string; readonly trigger: Trigger }[];
  readonly region: string;
  readonly log: Logger;
  /** Milliseconds that an attempt may take; by default 5 s, as in Cognito, and 15 s where Cognito doesn't wait. */
  readonly timeLimitMs?: number;
  /** The environment of every trigger; empty by default. */
  readonly env?: TriggerEnvironment;
}

/** What an event tells beside its request, and the ClientMetadata that the request has where the caller sent it. */
interface Occasion {
  readonly source: string;
  readonly client?: Client | undefined;
  readonly username: string;
  readonly version?: string;
  readonly clientMetadata?: Readonly<Record<string, string>> | undefined;
}

type Json = Record<string, unknown>;

/**
 * Runs the API's triggers in this process, with Cognito's time limit, attempts, errors and messages. A handler that never
 * returns is left behind, and one that blocks the process blocks the emulator: only Lambda can stop it.
 */
export class TriggerRunner {
  readonly #options: RunnerOptions;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Whether the pool has a trigger for the event. */
  has(pool: Pool, event: TriggerEventName): boolean {
    return this.#find(pool, event) !== undefined;
  }

  /**
   * The trigger's response, or undefined where the pool has none for the event. Throws UserLambdaValidationException,
   * UnexpectedLambdaException and InvalidLambdaResponseException.
   */
  async run(pool: Pool, name: TriggerEventName, occasion: Occasion, request: Json, response: Json) {
    const found = this.#find(pool, name);
    if (!found) return undefined;
    const result = await this.#invoke(found, this.#eventOf(pool, occasion, request, response));
    const returned = isObject(result) ? result['response'] : undefined;
    if (!isObject(returned)) throw this.#refusal(found, 'InvalidLambdaResponseException', UNRECOGNIZABLE);
    return returned;
  }

  /**
   * Begins a trigger that Cognito doesn't wait for; returns its name, or undefined where the pool has none for the event.
   * There is one attempt, where Lambda makes three, and its failure is in the log alone.
   */
  start(pool: Pool, name: TriggerEventName, occasion: Occasion, request: Json): string | undefined {
    const found = this.#find(pool, name);
    if (!found) return undefined;
    const { timeLimitMs = BACKGROUND_TIME_LIMIT_MS, log } = this.#options;
    const logged = (reason: string) => log.error({ trigger: found.name, event: name, reason }, 'a trigger failed');
    this.#attempt(found, this.#eventOf(pool, occasion, request), timeLimitMs).then(
      (outcome) => outcome === TIMED_OUT && logged(`no end after ${timeLimitMs} ms`),
      (error: unknown) => logged(messageOf(error)),
    );
    return found.name;
  }

  /** For a response in which a member is not what Cognito accepts; `reason` is for the log alone. */
  invalidResponse(pool: Pool, name: TriggerEventName, reason = UNRECOGNIZABLE): CognitoError {
    const found = this.#find(pool, name);
    return found
      ? this.#refusal(found, 'InvalidLambdaResponseException', UNRECOGNIZABLE, reason)
      : new CognitoError('InvalidLambdaResponseException', UNRECOGNIZABLE);
  }

  /** Logs what is wrong with a response that Cognito accepts: by default, that it doesn't use it. */
  warn(pool: Pool, event: TriggerEventName | undefined, reason: string, message = 'a trigger has no effect'): void {
    this.#options.log.warn({ trigger: this.#find(pool, event)?.name, event, reason }, message);
  }

  #find(pool: Pool, event: TriggerEventName | undefined) {
    return this.#options.triggers.find(({ poolName, trigger }) => poolName === pool.name && trigger.event === event);
  }

  #eventOf(pool: Pool, occasion: Occasion, request: Json, response?: Json): string {
    const { source, username, client, version = '1', clientMetadata } = occasion;
    return JSON.stringify({
      version,
      triggerSource: source,
      region: this.#options.region,
      userPoolId: pool.id,
      userName: username,
      callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: client?.id ?? 'CLIENT_ID_NOT_APPLICABLE' },
      request: { ...request, ...(clientMetadata && { clientMetadata }) },
      response,
    });
  }

  /** Only a timeout is tried again: an error is the trigger's word. */
  async #invoke(found: Found, event: string): Promise<unknown> {
    const { timeLimitMs = TIME_LIMIT_MS } = this.#options;
    const title = TITLES[found.trigger.event];
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#attempt(found, event, timeLimitMs).catch((error: unknown) => {
        const why = `${title} failed with error ${messageOf(error).replace(/\.?$/u, '.')}`;
        throw this.#refusal(found, 'UserLambdaValidationException', why);
      });
      if (outcome !== TIMED_OUT) return outcome;
      this.#options.log.warn({ trigger: found.name, attempt }, 'a trigger did not respond in time');
      const why = 'invocation failed due to error Socket timeout while invoking Lambda function.';
      if (attempt === MAX_ATTEMPTS) throw this.#refusal(found, 'UnexpectedLambdaException', `${title} ${why}`);
    }
  }

  /** The result, or TIMED_OUT. Throws what the trigger throws. */
  async #attempt({ trigger }: Found, event: string, timeLimitMs: number): Promise<unknown> {
    const { env = {} } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<typeof TIMED_OUT>((resolve) => {
      timer = setTimeout(resolve, timeLimitMs, TIMED_OUT);
    });
    try {
      // As in Lambda: an event of its own, and a result that is JSON.
      const work = async () => {
        const result = JSON.stringify((await trigger.handle(JSON.parse(event) as never, env)) ?? null);
        if (Buffer.byteLength(result) > MAX_RESPONSE_BYTES)
          throw new Error(`Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes)`);
        return JSON.parse(result) as unknown;
      };
      return await Promise.race([work(), timeout]);
    } finally {
      clearTimeout(timer);
    }
  }

  #refusal(
    { name, trigger }: Found,
    type: 'UserLambdaValidationException' | 'UnexpectedLambdaException' | 'InvalidLambdaResponseException',
    message: string,
    reason = message,
  ) {
    this.#options.log.error({ trigger: name, event: trigger.event, type, reason }, 'a trigger failed');
    return new CognitoError(type, message);
  }
}

type Found = RunnerOptions['triggers'][number];

const TIMED_OUT = Symbol('timed out');
const UNRECOGNIZABLE = 'Unrecognizable lambda output';

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The user's attributes as events have them. */
export const attributesInEvent = (user: Pick<User, 'sub' | 'attributes'>, status?: string): Record<string, string> => ({
  sub: user.sub,
  ...(status !== undefined && { 'cognito:user_status': status }),
  ...Object.fromEntries(user.attributes),
});
