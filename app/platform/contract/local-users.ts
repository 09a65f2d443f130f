/** A person that the local Cognito has from the start. The password is good on the loopback emulator alone. */
export interface LocalUser {
  readonly pool: string;
  readonly username: string;
  readonly password: string;
  readonly groups?: readonly string[];
  readonly attributes?: Readonly<Record<string, string>>;
}
