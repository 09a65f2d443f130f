/** The second factors by the command's names, which --factor takes, with Cognito's names and the fields of SetUserMFAPreference. */
export const FACTORS = {
  totp: { cognitoName: 'SOFTWARE_TOKEN_MFA', label: 'authenticator app', setting: 'SoftwareTokenMfaSettings' },
  email: { cognitoName: 'EMAIL_OTP', label: 'code by e-mail', setting: 'EmailMfaSettings' },
  sms: { cognitoName: 'SMS_MFA', label: 'code by SMS', setting: 'SMSMfaSettings' },
} as const;

export type Factor = keyof typeof FACTORS;

export const FACTOR_NAMES = Object.keys(FACTORS) as Factor[];

/** The factor that Cognito calls so; undefined for one that the command doesn't know. */
export function factorOf(cognitoName: string | undefined): Factor | undefined {
  return FACTOR_NAMES.find((name) => FACTORS[name].cognitoName === cognitoName);
}

/** The factors that are in a list of Cognito's, or in a challenge's parameter, which is such a list as text. */
export function factorsIn(cognitoNames: string | readonly string[] = []): Factor[] {
  return FACTOR_NAMES.filter((name) => cognitoNames.includes(FACTORS[name].cognitoName));
}
