import { createHash } from 'node:crypto';
import { clientOf, poolOf, type Context } from '../context.js';
import { invalidParameter } from '../errors.js';
import * as fields from '../input/fields.js';
import { binary, text } from '../input/members.js';
import { reads, writes } from '../operation.js';
import { hasDomain } from '../pools/domains.js';
import type { UICustomization } from '../state/administration.js';
import type { Pool } from '../state/state.js';
import { checkCss } from './css.js';

const ALL = 'ALL';
const MAX_IMAGE_BYTES = 100_000;
const ofClient = { UserPoolId: fields.poolId, ClientId: fields.optionalClientId };

/**
 * The style of the classic hosted UI, of a client or of all clients without their own.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/hosted-ui-classic-branding.html
 */
export const uiCustomizationOperations = {
  GetUICustomization: reads(ofClient, (context, { UserPoolId, ClientId = ALL }) => {
    const pool = poolOf(context, UserPoolId);
    checkDomain(pool);
    const clientId = clientIn(pool, ClientId);
    const own = pool.uiCustomizations?.get(clientId);
    const found = own ?? pool.uiCustomizations?.get(ALL);
    return { UICustomization: found ? describe(context, pool, own ? clientId : ALL, found) : {} };
  }),

  /** The style is replaced: its image and its CSS can't be set one by one. */
  SetUICustomization: writes(
    { ...ofClient, CSS: text({ max: 131_072 }), ImageFile: binary(MAX_IMAGE_BYTES) },
    (context, { UserPoolId, ClientId = ALL, CSS, ImageFile: image }) => {
      const pool = poolOf(context, UserPoolId);
      checkDomain(pool);
      const clientId = clientIn(pool, ClientId);
      if (CSS !== undefined) checkCss(CSS);
      if (image !== undefined) imageType(image);
      const now = context.now();
      const customization: UICustomization = {
        ...(CSS !== undefined && { css: CSS, cssVersion: versionAt(now) }),
        ...(image !== undefined && { image }),
        createdAt: pool.uiCustomizations?.get(clientId)?.createdAt ?? now,
        modifiedAt: now,
      };
      (pool.uiCustomizations ??= new Map<string, UICustomization>()).set(clientId, customization);
      return { UICustomization: describe(context, pool, clientId, customization) };
    },
  ),
};

/** The image at `/POOL/images/HASH`, or undefined. */
export function customImage(pool: Pool, hash: string): { type: string; bytes: Buffer } | undefined {
  const image = [...(pool.uiCustomizations?.values() ?? [])].find((each) => each.image && hashOf(each.image) === hash);
  return image?.image === undefined
    ? undefined
    : { type: imageType(image.image), bytes: Buffer.from(image.image, 'base64') };
}

/** The message is Cognito's; throws InvalidParameterException. */
function checkDomain(pool: Pool): void {
  if (!hasDomain(pool)) throw invalidParameter('There has to be an existing domain associated with this user pool');
}

const clientIn = (pool: Pool, id: string) => (id === ALL ? ALL : clientOf(pool, id).id);

const SIGNATURES = [
  ['image/png', Buffer.from('89504e470d0a1a0a', 'hex')],
  ['image/jpeg', Buffer.from('ffd8ff', 'hex')],
] as const;

/** Throws InvalidParameterException for what is neither PNG nor JPEG. */
function imageType(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  const found = SIGNATURES.find(([, signature]) => bytes.subarray(0, signature.length).equals(signature));
  if (!found) throw invalidParameter('ImageFile must be a PNG or a JPEG file.');
  return found[0];
}

/** Like 20260102030405. */
const versionAt = (ms: number) => new Date(ms).toISOString().replaceAll(/\D/gu, '').slice(0, 14);

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

const describe = ({ endpoint }: Context, pool: Pool, clientId: string, customization: UICustomization) => ({
  UserPoolId: pool.id,
  ClientId: clientId,
  ImageUrl: customization.image && `${endpoint}/${pool.id}/images/${hashOf(customization.image)}`,
  CSS: customization.css,
  CSSVersion: customization.cssVersion,
  CreationDate: fields.date(customization.createdAt),
  LastModifiedDate: fields.date(customization.modifiedAt),
});
