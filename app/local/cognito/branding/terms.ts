import { randomUUID } from 'node:crypto';
import { clientOf, poolOf } from '../context.js';
import { CognitoError, invalidParameter, notFound } from '../errors.js';
import * as fields from '../input/fields.js';
import { integer, oneOf, stringMap } from '../input/members.js';
import { required } from '../input/shape.js';
import { reads, writes } from '../operation.js';
import type { Terms } from '../state/administration.js';
import type { Pool } from '../state/state.js';

const ofClient = { UserPoolId: fields.poolId, ClientId: fields.clientId };
const identified = { UserPoolId: fields.poolId, TermsId: required(fields.uuid) };
const name = oneOf('terms-of-use', 'privacy-policy');
const changeable = { TermsName: name, TermsSource: oneOf('LINK'), Enforcement: oneOf('NONE'), Links: stringMap };
const DEFAULT_LANGUAGE = 'cognito:default';
const LANGUAGE =
  /^cognito:(?:default|dutch|english|french|spanish|german|bahasa-indonesia|italian|japanese|korean|portuguese-brazil|chinese-(?:simplified|traditional))$/u;
const MAX_LINK_CHARS = 1024;

/**
 * Terms of use and privacy policies of clients, as links for each language.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateTerms.html
 */
export const termsOperations = {
  CreateTerms: writes(
    {
      ...ofClient,
      TermsName: required(name),
      TermsSource: required(oneOf('LINK')),
      Enforcement: required(oneOf('NONE')),
      Links: stringMap,
    },
    (context, { UserPoolId, ClientId, TermsName, TermsSource, Enforcement, Links }) => {
      const pool = poolOf(context, UserPoolId);
      const now = context.now();
      const terms: Terms = {
        id: randomUUID(),
        clientId: clientOf(pool, ClientId).id,
        name: TermsName,
        source: TermsSource,
        enforcement: Enforcement,
        links: checkLinks(Links ?? new Map()),
        createdAt: now,
        modifiedAt: now,
      };
      checkUnique(pool, terms);
      (pool.terms ??= new Map<string, Terms>()).set(terms.id, terms);
      return { Terms: describe(pool, terms) };
    },
  ),

  /** What the request leaves out stays as it is; links are replaced as a whole. */
  UpdateTerms: writes({ ...identified, ...changeable }, (context, { UserPoolId, TermsId, ...input }) => {
    const pool = poolOf(context, UserPoolId);
    const before = termsOf(pool, TermsId);
    const terms: Terms = {
      ...before,
      name: input.TermsName ?? before.name,
      source: input.TermsSource ?? before.source,
      enforcement: input.Enforcement ?? before.enforcement,
      links: input.Links ? checkLinks(input.Links) : before.links,
      modifiedAt: context.now(),
    };
    checkUnique(pool, terms);
    pool.terms?.set(terms.id, terms);
    return { Terms: describe(pool, terms) };
  }),

  DeleteTerms: writes(identified, (context, { UserPoolId, TermsId }) => {
    const pool = poolOf(context, UserPoolId);
    pool.terms?.delete(termsOf(pool, TermsId).id);
    return {};
  }),

  DescribeTerms: reads(identified, (context, { UserPoolId, TermsId }) => {
    const pool = poolOf(context, UserPoolId);
    return { Terms: describe(pool, termsOf(pool, TermsId)) };
  }),

  DescribeTermsByClient: reads(
    { ...ofClient, TermsName: required(name) },
    (context, { UserPoolId, ClientId, TermsName }) => {
      const pool = poolOf(context, UserPoolId);
      const found = find(pool, clientOf(pool, ClientId).id, TermsName);
      if (!found) throw notFound(`Client ${ClientId} has no terms ${TermsName}.`);
      return { Terms: describe(pool, found) };
    },
  ),

  ListTerms: reads(
    { UserPoolId: fields.poolId, MaxResults: integer(1, 60), NextToken: fields.pageToken },
    (context, { UserPoolId, MaxResults, NextToken }) => {
      const { items, next } = fields.page(poolOf(context, UserPoolId).terms ?? [], MaxResults, NextToken);
      return { Terms: items.map(summarise), NextToken: next };
    },
  ),
};

/** Throws InvalidParameterException for an unknown language, a malformed address, and links without a default. */
function checkLinks(links: Map<string, string>): Map<string, string> {
  for (const [language, link] of links) {
    if (!LANGUAGE.test(language)) throw invalidParameter(`Links: ${language} is not a language of managed login.`);
    if (link.length > MAX_LINK_CHARS || !/^https?:$/u.test(URL.canParse(link) ? new URL(link).protocol : ''))
      throw invalidParameter(`Links: the link for ${language} must be a URL of at most ${MAX_LINK_CHARS} characters.`);
  }
  if (!links.has(DEFAULT_LANGUAGE)) throw invalidParameter(`Links must have a link for ${DEFAULT_LANGUAGE}.`);
  return links;
}

/** Throws TermsExistsException where the client has other terms of that name. */
function checkUnique(pool: Pool, { id, clientId, name: termsName }: Terms): void {
  const other = find(pool, clientId, termsName);
  if (other && other.id !== id)
    throw new CognitoError('TermsExistsException', `Client ${clientId} already has terms ${termsName}.`);
}

const find = (pool: Pool, clientId: string, termsName: string) =>
  [...(pool.terms?.values() ?? [])].find((terms) => terms.clientId === clientId && terms.name === termsName);

/** Throws ResourceNotFoundException. */
function termsOf(pool: Pool, id: string): Terms {
  const found = pool.terms?.get(id);
  if (!found) throw notFound(`Terms ${id} do not exist.`);
  return found;
}

const summarise = (terms: Terms) => ({
  TermsId: terms.id,
  TermsName: terms.name,
  Enforcement: terms.enforcement,
  CreationDate: fields.date(terms.createdAt),
  LastModifiedDate: fields.date(terms.modifiedAt),
});

const describe = (pool: Pool, terms: Terms) => ({
  ...summarise(terms),
  UserPoolId: pool.id,
  ClientId: terms.clientId,
  TermsSource: terms.source,
  Links: Object.fromEntries(terms.links),
});
