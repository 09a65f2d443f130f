import { isIP } from 'node:net';
import { flag, list, oneOf, structure, text } from '../input/members.js';
import { required, violation, type OptionalField } from '../input/shape.js';
import * as fields from '../input/fields.js';

const body = text({ min: 6, max: 20_000, pattern: /[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]+/u });
const email = structure({
  Subject: required(text({ min: 1, max: 140, pattern: /[\p{L}\p{M}\p{S}\p{N}\p{P}\s]+/u })),
  HtmlBody: body,
  TextBody: body,
});
const action = structure({
  Notify: required(flag),
  EventAction: required(oneOf('BLOCK', 'MFA_IF_CONFIGURED', 'MFA_REQUIRED', 'NO_ACTION')),
});

/** In CIDR notation, such as 192.0.2.0/24. */
const ipRange: OptionalField<string> = {
  required: false,
  read(value, at, problems) {
    const range = text().read(value, at, problems);
    if (range !== undefined && !isCidr(range))
      problems.push(violation(at, 'Member must be an IP range in CIDR notation'));
    return range;
  },
};

function isCidr(range: string): boolean {
  const [address = '', bits = '', ...rest] = range.split('/');
  const max = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return rest.length === 0 && /^\d{1,3}$/u.test(bits) && Number(bits) <= max;
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetRiskConfiguration.html */
export const riskShape = {
  CompromisedCredentialsRiskConfiguration: structure({
    EventFilter: list(required(oneOf('SIGN_IN', 'PASSWORD_CHANGE', 'SIGN_UP'))),
    Actions: required(structure({ EventAction: required(oneOf('BLOCK', 'NO_ACTION')) })),
  }),
  AccountTakeoverRiskConfiguration: structure({
    NotifyConfiguration: structure({
      From: text(),
      ReplyTo: text(),
      SourceArn: required(fields.arn),
      BlockEmail: email,
      NoActionEmail: email,
      MfaEmail: email,
    }),
    Actions: required(structure({ LowAction: action, MediumAction: action, HighAction: action })),
  }),
  RiskExceptionConfiguration: structure({
    BlockedIPRangeList: list(required(ipRange), 200),
    SkippedIPRangeList: list(required(ipRange), 200),
  }),
};
