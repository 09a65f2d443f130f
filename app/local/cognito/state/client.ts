export interface Client {
  id: string;
  name: string;
  createdAt: number;
  modifiedAt: number;
  /** None for a public client, at most two. */
  secrets: ClientSecret[];
  flows: string[];
  lifetimes: Lifetimes;
  hideUserExistence: boolean;
  revocable: boolean;
  clientCredentials: boolean;
  /** For how long a challenge's session is valid. */
  challengeMinutes: number;
  scopes: string[];
  /** Present where each refresh replaces the refresh token, which stays valid for that long, at most 60 s. */
  rotation?: { graceSeconds: number };
  /** All of them where absent. */
  readAttributes?: string[];
  writeAttributes?: string[];
  /** The settings of the last request, as JSON, only to be described again. */
  settings: string;
}

export interface ClientSecret {
  id: string;
  value: string;
  createdAt: number;
}

/** Token lifetimes in seconds. */
export interface Lifetimes {
  access: number;
  id: number;
  refresh: number;
}
