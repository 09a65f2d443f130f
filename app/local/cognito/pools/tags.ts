import type { Context } from '../context.js';
import { invalidParameter, notFound } from '../errors.js';
import { ACCOUNT_ID, tags } from '../input/fields.js';
import { list, text } from '../input/members.js';
import { required } from '../input/shape.js';
import { reads, writes } from '../operation.js';
import type { Pool } from '../state/state.js';
import { changeSettings, settingsOf } from './stored-settings.js';

const MAX_TAGS = 50;

const resource = { ResourceArn: required(text({ min: 20, max: 2048, pattern: /arn:[\w+=/,.@-]+:.+/ })) };

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_TagResource.html */
export const tagOperations = {
  TagResource: writes({ ...resource, Tags: required(tags) }, (context, { ResourceArn, Tags }) => {
    const pool = poolByArn(context, ResourceArn);
    setTags(pool, { ...tagsOf(pool), ...Tags });
    return {};
  }),

  UntagResource: writes(
    { ...resource, TagKeys: required(list(text({ min: 1, max: 128 }))) },
    (context, { ResourceArn, TagKeys }) => {
      const pool = poolByArn(context, ResourceArn);
      setTags(pool, Object.fromEntries(Object.entries(tagsOf(pool)).filter(([key]) => !TagKeys.includes(key))));
      return {};
    },
  ),

  ListTagsForResource: reads(resource, (context, { ResourceArn }) => ({
    Tags: tagsOf(poolByArn(context, ResourceArn)),
  })),
};

export const arnOf = ({ region }: Context, { id }: Pool) =>
  `arn:aws:cognito-idp:${region}:${ACCOUNT_ID}:userpool/${id}`;

const tagsOf = (pool: Pool) => settingsOf(pool).UserPoolTags ?? {};

function setTags(pool: Pool, UserPoolTags: Record<string, string>): void {
  if (Object.keys(UserPoolTags).length > MAX_TAGS) throw invalidParameter(`A user pool has at most ${MAX_TAGS} tags.`);
  changeSettings(pool, { UserPoolTags });
}

/** Throws ResourceNotFoundException. */
function poolByArn(context: Context, arn: string): Pool {
  const pool = [...context.state.pools.values()].find((each) => arnOf(context, each) === arn);
  if (!pool) throw notFound(`Resource ${arn} does not exist.`);
  return pool;
}
