import { buildDecrypt, CommitmentPolicy, KmsKeyringNode } from '@aws-crypto/client-node';
import type { CustomEmailSenderTriggerEvent } from 'aws-lambda';
import type { TriggerEnvironment } from './trigger.js';

/** Cognito's messages have no key commitment. */
const { decrypt } = buildDecrypt(CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT);

/**
 * The event with the code in plain text, which Cognito encrypts by the AWS Encryption SDK under the KMS key CODE_KEY_ARN.
 * Throws for a code of another pool.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-sender-triggers.html
 */
export async function decryptCode(
  event: CustomEmailSenderTriggerEvent,
  { CODE_KEY_ARN = '' }: TriggerEnvironment,
): Promise<CustomEmailSenderTriggerEvent> {
  const { code } = event.request;
  // A notification has none.
  if (code === null) return event;
  const keyring = new KmsKeyringNode({ keyIds: [CODE_KEY_ARN] });
  const { plaintext, messageHeader } = await decrypt(keyring, Buffer.from(code, 'base64'));
  if (messageHeader.encryptionContext['userpool-id'] !== event.userPoolId)
    throw new Error('The code was not encrypted for the pool of its event');
  event.request.code = plaintext.toString();
  return event;
}
