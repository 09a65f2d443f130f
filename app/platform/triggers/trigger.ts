import type {
  CreateAuthChallengeTriggerEvent,
  CustomEmailSenderTriggerEvent,
  CustomMessageTriggerEvent,
  DefineAuthChallengeTriggerEvent,
  PostAuthenticationTriggerEvent,
  PostConfirmationTriggerEvent,
  PreSignUpTriggerEvent,
  PreTokenGenerationTriggerEvent,
  PreTokenGenerationV2TriggerEvent,
  PreTokenGenerationV3TriggerEvent,
  UserMigrationTriggerEvent,
  VerifyAuthChallengeResponseTriggerEvent,
} from 'aws-lambda';
import type { AccessRule } from '../auth/access-rules.js';

/**
 * The events of Cognito that a trigger may be written for.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-identity-pools-working-with-aws-lambda-triggers.html
 */
export interface TriggerEvents {
  preSignUp: PreSignUpTriggerEvent;
  postConfirmation: PostConfirmationTriggerEvent;
  postAuthentication: PostAuthenticationTriggerEvent;
  /** Changes ID tokens alone, in every tier. */
  preTokenGenerationV1: PreTokenGenerationTriggerEvent;
  /** Changes ID and access tokens of people; ESSENTIALS and PLUS. */
  preTokenGenerationV2: PreTokenGenerationV2TriggerEvent;
  /** Those of machines as well. */
  preTokenGenerationV3: PreTokenGenerationV3TriggerEvent;
  /** Words the messages that Cognito sends. */
  customMessage: CustomMessageTriggerEvent;
  /** Sends the e-mails in Cognito's place: `code` is in plain text. It returns nothing, and nobody waits for it. */
  customEmailSender: CustomEmailSenderTriggerEvent;
  /** Makes the user of a name that the pool doesn't know, at a sign-in with a password or a forgotten one. */
  userMigration: UserMigrationTriggerEvent;
  /** CUSTOM_AUTH: which challenge is next, or that the sign-in succeeded or failed. */
  defineAuthChallenge: DefineAuthChallengeTriggerEvent;
  createAuthChallenge: CreateAuthChallengeTriggerEvent;
  verifyAuthChallengeResponse: VerifyAuthChallengeResponseTriggerEvent;
}

export type TriggerEventName = keyof TriggerEvents;

/** What a trigger returns: its event with the response, where there is one. */
type Returned<Name extends TriggerEventName> = Name extends 'customEmailSender' ? void : TriggerEvents[Name];

/** Environment variables: of the function in AWS, of `npm start` locally. */
export type TriggerEnvironment = Readonly<Record<string, string | undefined>>;

/** A function that Cognito waits for; it returns the event with its response. */
export interface Trigger {
  /** The pool that runs it. */
  readonly pool: string;
  readonly event: TriggerEventName;
  readonly handle: (event: never, env: TriggerEnvironment) => unknown;
}

/** Triggers by name: the names of their files, `triggers/NAME.ts`. */
export type Triggers = Readonly<Record<string, Trigger>>;

/**
 * A trigger of a declared pool, typed by its event. Cognito waits 5 s for it, and refuses the call that it throws in; for
 * customEmailSender it doesn't wait.
 */
export function defineTrigger<Name extends TriggerEventName>(
  { pool }: AccessRule,
  event: Name,
  handle: (event: TriggerEvents[Name], env: TriggerEnvironment) => Returned<Name> | Promise<Returned<Name>>,
): Trigger {
  return Object.freeze({ pool, event, handle });
}

/** A trigger in `dist/deployment.json`; its package is `triggers/NAME.zip`. */
export interface TriggerDocument {
  readonly name: string;
  readonly pool: string;
  /** As Terraform names it. */
  readonly event: string;
  /** Of the event, where it has several. */
  readonly version: string | null;
}

const TERRAFORM_NAMES: Readonly<Record<TriggerEventName, readonly [event: string, version?: string]>> = {
  preSignUp: ['pre_sign_up'],
  postConfirmation: ['post_confirmation'],
  postAuthentication: ['post_authentication'],
  preTokenGenerationV1: ['pre_token_generation', 'V1_0'],
  preTokenGenerationV2: ['pre_token_generation', 'V2_0'],
  preTokenGenerationV3: ['pre_token_generation', 'V3_0'],
  customMessage: ['custom_message'],
  customEmailSender: ['custom_email_sender'],
  userMigration: ['user_migration'],
  defineAuthChallenge: ['define_auth_challenge'],
  createAuthChallenge: ['create_auth_challenge'],
  verifyAuthChallengeResponse: ['verify_auth_challenge_response'],
};
const NAME = /^[a-z][A-Za-z0-9-]{0,29}$/;

/** Throws an Error for a name that no function can have, and for two triggers of one pool and event. */
export function triggerDocuments(triggers: Triggers): readonly TriggerDocument[] {
  const seen = new Map<string, string>();
  return Object.entries(triggers).map(([name, trigger]) => {
    if (!NAME.test(name))
      throw new Error(
        `Trigger ${name}: a name begins with a lower-case letter and has 30 letters, digits and hyphens at most.`,
      );
    const [event, version = null] = TERRAFORM_NAMES[trigger.event];
    const other = seen.get(`${trigger.pool} ${event}`);
    if (other !== undefined)
      throw new Error(
        `Triggers ${other} and ${name} are both ${event} of pool ${trigger.pool}, which runs one: join them.`,
      );
    seen.set(`${trigger.pool} ${event}`, name);
    return { name, pool: trigger.pool, event, version };
  });
}
