import { invalidParameter } from '../errors.js';
import { binary, list, oneOf, structure, text } from '../input/members.js';
import { required } from '../input/shape.js';
import type { BrandingAsset } from '../state/administration.js';

const MAX_ASSET_BYTES = 1_000_000;

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AssetType.html */
export const assets = list(
  required(
    structure({
      Category: required(
        oneOf(
          'FAVICON_ICO',
          'FAVICON_SVG',
          'EMAIL_GRAPHIC',
          'SMS_GRAPHIC',
          'AUTH_APP_GRAPHIC',
          'PASSWORD_GRAPHIC',
          'PASSKEY_GRAPHIC',
          'PAGE_HEADER_LOGO',
          'PAGE_HEADER_BACKGROUND',
          'PAGE_FOOTER_LOGO',
          'PAGE_FOOTER_BACKGROUND',
          'PAGE_BACKGROUND',
          'FORM_BACKGROUND',
          'FORM_LOGO',
          'IDP_BUTTON_ICON',
        ),
      ),
      ColorMode: required(oneOf('LIGHT', 'DARK', 'DYNAMIC')),
      Extension: required(oneOf('ICO', 'JPEG', 'PNG', 'SVG', 'WEBP')),
      Bytes: binary(MAX_ASSET_BYTES),
      ResourceId: text({ min: 1, max: 40, pattern: /[\w\- ]+/ }),
    }),
  ),
  40,
);

/** Replaces assets of the same place and colour mode, and keeps the others. */
export function mergeAssets(before: readonly BrandingAsset[], given: readonly BrandingAsset[] = []): BrandingAsset[] {
  return [...new Map([...before, ...given].map((asset) => [keyOf(asset), asset])).values()];
}

/** Throws InvalidParameterException for two assets of the same place and colour mode. */
export function checkAssets(given: readonly BrandingAsset[] = []): void {
  if (mergeAssets([], given).length < given.length)
    throw invalidParameter('Assets have at most one image of a category, color mode and resource.');
}

const keyOf = ({ Category, ColorMode, ResourceId = '' }: BrandingAsset) => `${Category}/${ColorMode}/${ResourceId}`;
